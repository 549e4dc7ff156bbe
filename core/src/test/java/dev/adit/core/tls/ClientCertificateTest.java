package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form that people have their certificates in, and everything that can be wrong with it. */
class ClientCertificateTest {
  private static final String PASS = "k3y päss";
  private static MadeCertificate rsa;
  private static MadeCertificate ec;
  private static MadeCertificate root;
  private static MadeCertificate middle;

  @TempDir Path directory;
  private final List<Path> asked = new ArrayList<>();

  @BeforeAll
  static void make() throws Exception {
    root = MadeCertificate.authority("Test Root");
    middle = root.issuesAuthority("Test Middle");
    rsa = middle.issues(MadeCertificate.keys("RSA"), "alice");
    ec = middle.issues(MadeCertificate.keys("EC"), "bob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void readsPkcs8InPem(String algorithm) throws Exception {
    assertLoads(algorithm, file("key", pem(new JcaPKCS8Generator(of(algorithm).key(), null))), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, AES256, SHA256",
    "EC, AES256, SHA256",
    "RSA, AES128, SHA256",
    "RSA, AES256, SHA1",
    "EC, AES256, SHA512",
    "RSA, DES3, SHA256",
  })
  void readsEncryptedPkcs8(String algorithm, String cipher, String prf) throws Exception {
    JceOpenSSLPKCS8EncryptorBuilder builder =
        new JceOpenSSLPKCS8EncryptorBuilder(
            switch (cipher) {
              case "AES256" -> NISTObjectIdentifiers.id_aes256_CBC;
              case "AES128" -> NISTObjectIdentifiers.id_aes128_CBC;
              default -> PKCSObjectIdentifiers.des_EDE3_CBC;
            });
    builder.setProvider(new BouncyCastleProvider());
    builder.setPassword(PASS.toCharArray());
    builder.setPRF(
        switch (prf) {
          case "SHA1" -> PKCS8Generator.PRF_HMACSHA1;
          case "SHA512" -> PKCS8Generator.PRF_HMACSHA512;
          default -> PKCS8Generator.PRF_HMACSHA256;
        });
    String text = pem(new JcaPKCS8Generator(of(algorithm).key(), builder.build()));
    assertThat(text).contains("BEGIN ENCRYPTED PRIVATE KEY");
    assertLoads(algorithm, file("key", text), 1);
  }

  @ParameterizedTest
  @CsvSource({"RSA, BEGIN RSA PRIVATE KEY", "EC, BEGIN EC PRIVATE KEY"})
  void readsTheTraditionalForm(String algorithm, String begin) throws Exception {
    String text = openssl(of(algorithm), "");
    assertThat(text).contains(begin);
    assertLoads(algorithm, file("key", text), 0);
  }

  @Test
  void readsAnEcKeyBehindItsParameters() throws Exception {
    // As openssl ecparam -genkey writes it: the curve's OID first; this one is P-256.
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assertLoads("EC", file("key", parameters + openssl(ec, "")), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, AES-256-CBC",
    "RSA, AES-128-CBC",
    "RSA, DES-EDE3-CBC",
    "EC, AES-256-CBC",
    "EC, DES-EDE3-CBC",
  })
  void readsTheEncryptedTraditionalForm(String algorithm, String cipher) throws Exception {
    String text = openssl(of(algorithm), "-" + cipher.toLowerCase(Locale.ROOT));
    assertThat(text).contains("DEK-Info: " + cipher);
    ClientCertificate loaded =
        load(certificateFile(algorithm), Optional.of(file("key", text)), "plain");
    assertSameKey(loaded, of(algorithm));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void readsPkcs12WithItsChain(String algorithm) throws Exception {
    Path store = pkcs12(of(algorithm), PASS);
    ClientCertificate loaded = load(store, Optional.empty(), PASS);
    assertSameKey(loaded, of(algorithm));
    assertThat(loaded.chain())
        .containsExactly(of(algorithm).certificate(), middle.certificate(), root.certificate());
    assertThat(asked).containsExactly(store);
  }

  @Test
  void readsPkcs12WithAnEmptyPassword() throws Exception {
    assertSameKey(load(pkcs12(ec, ""), Optional.empty(), ""), ec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void readsDer(String algorithm) throws Exception {
    MadeCertificate made = of(algorithm);
    Path certificate = bytes("cert.der", made.certificate().getEncoded());
    Path key = bytes("key.der", made.key().getEncoded());
    ClientCertificate loaded = load(certificate, Optional.of(key), "");
    assertSameKey(loaded, made);
    assertThat(loaded.chain()).containsExactly(made.certificate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void readsTheTraditionalFormInDer(String algorithm) throws Exception {
    MadeCertificate made = of(algorithm);
    byte[] traditional;
    try (PemReader reader = new PemReader(new StringReader(openssl(made, "")))) {
      traditional = reader.readPemObject().getContent();
    }
    Path key = bytes("key.der", traditional);
    assertSameKey(load(certificateFile(algorithm), Optional.of(key), ""), made);
  }

  @Test
  void oneFileMayHoldKeyAndChainInAnyOrder() throws Exception {
    String key = pem(new JcaPKCS8Generator(ec.key(), null));
    String chain = pem(ec.certificate()) + pem(middle.certificate());
    for (String text :
        List.of(key + chain, chain + key, "Bag Attributes\n  x: 1\n" + chain + key)) {
      ClientCertificate loaded = load(file("both.pem", text), Optional.empty(), "");
      assertSameKey(loaded, ec);
      assertThat(loaded.chain()).containsExactly(ec.certificate(), middle.certificate());
    }
  }

  @Test
  void windowsLineEndsDoNoHarm() throws Exception {
    String text = pem(ec.certificate()) + pem(new JcaPKCS8Generator(ec.key(), null));
    assertSameKey(load(file("crlf", text.replace("\n", "\r\n")), Optional.empty(), ""), ec);
  }

  /** Of many wrong passwords some decrypt to something with a good padding. */
  @Test
  void aWrongPasswordIsSaidToBeSoWhateverItDecryptsTo() throws Exception {
    String traditional =
        pem(
            new JcaMiscPEMGenerator(
                rsa.key(),
                new JcePEMEncryptorBuilder("AES-128-CBC")
                    .setProvider(new BouncyCastleProvider())
                    .build("right".toCharArray())));
    Path key = file("key", traditional);
    Path certificate = certificateFile("RSA");
    for (int i = 0; i < 1000; i++) {
      String wrong = "wrong" + i;
      assertThatThrownBy(() -> load(certificate, Optional.of(key), wrong))
          .isInstanceOf(VpnException.class)
          .hasMessageContaining(key.toString())
          .hasMessageContaining("--key-password")
          .hasMessageNotContaining(wrong);
    }
  }

  @Test
  void aWrongPasswordOfPkcs8IsSaidToBeSo() throws Exception {
    JceOpenSSLPKCS8EncryptorBuilder builder =
        new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC);
    builder.setProvider(new BouncyCastleProvider());
    builder.setPassword(PASS.toCharArray());
    builder.setIterationCount(10);
    Path key = file("key", pem(new JcaPKCS8Generator(ec.key(), builder.build())));
    Path certificate = certificateFile("EC");
    for (int i = 0; i < 300; i++) {
      String wrong = "wrong" + i;
      assertThatThrownBy(() -> load(certificate, Optional.of(key), wrong))
          .isInstanceOf(VpnException.class)
          .hasMessageContaining("--key-password");
    }
  }

  @Test
  void aWrongPasswordOfPkcs12IsSaidToBeSo() throws Exception {
    Path store = pkcs12(ec, PASS);
    refused(store, Optional.empty(), "wrong", "PKCS#12 file " + store, "--key-password");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedBeforeAnythingIsSent() throws Exception {
    KeyPair other = MadeCertificate.keys("EC");
    Path key = file("key", pem(new JcaPKCS8Generator(other.getPrivate(), null)));
    refused(
        certificateFile("EC"), Optional.of(key), "", key.toString(), "does not belong", "CN=bob");
    // Keys of two kinds.
    refused(certificateFile("RSA"), Optional.of(key), "", "does not belong", "CN=alice");
  }

  @Test
  void aKindOfKeyThatIsNotKnownIsNamed() throws Exception {
    Path key = directory.resolve("ed.key");
    Path certificate = directory.resolve("ed.pem");
    run(
        "openssl req -x509 -newkey ed25519 -nodes -subj /CN=ed -keyout "
            + key
            + " -out "
            + certificate);
    refused(certificate, Optional.of(key), "", key.toString(), "only RSA or EC");
  }

  @Test
  void filesThatAreMissingOrSomethingElseAreNamed() throws Exception {
    Path none = directory.resolve("none.pem");
    refused(none, Optional.empty(), "", none.toString(), "no such file");
    refused(certificateFile("EC"), Optional.of(none), "", none.toString(), "no such file");
    Path garbage = bytes("garbage", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    refused(garbage, Optional.empty(), "", garbage.toString());
    refused(certificateFile("EC"), Optional.of(garbage), "", garbage.toString(), "neither PEM");
    Path empty = bytes("empty", new byte[0]);
    refused(empty, Optional.empty(), "", empty.toString());
    Path half = file("half", pem(ec.certificate()).substring(0, 200));
    refused(half, Optional.empty(), "", half.toString());
    Path damaged =
        file("damaged", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    refused(damaged, Optional.empty(), "", damaged.toString());
    Path keyless = certificateFile("EC");
    refused(keyless, Optional.empty(), "", "there is none in " + keyless, "--sslkey");
    Path certificateless = file("k", pem(new JcaPKCS8Generator(ec.key(), null)));
    refused(certificateless, Optional.empty(), "", "there is no certificate in it");
    byte[] store = Files.readAllBytes(pkcs12(ec, PASS));
    Path cut = bytes("cut.p12", Arrays.copyOf(store, store.length / 2));
    refused(cut, Optional.empty(), PASS, cut.toString());
    refused(directory, Optional.empty(), "", directory.toString(), "cannot be read");
  }

  @Test
  void damageAnywhereIsSaidAndNothingElseIsThrown() throws Exception {
    byte[] store = Files.readAllBytes(pkcs12(ec, PASS));
    byte[] text =
        (pem(ec.certificate()) + pem(new JcaPKCS8Generator(ec.key(), null)))
            .getBytes(StandardCharsets.ISO_8859_1);
    for (byte[] whole : List.of(store, text, ec.certificate().getEncoded())) {
      for (int i = 0; i < whole.length; i += 3) {
        byte[] damaged = whole.clone();
        damaged[i] ^= 0x11;
        Path file = bytes("damaged", damaged);
        try {
          load(file, Optional.empty(), PASS);
        } catch (VpnException e) {
          assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
          assertThat(e).hasMessageContaining(file.toString());
        }
      }
    }
  }

  @Test
  void tellsHowLongItIsGood() throws Exception {
    MadeCertificate soon = root.issues("soon", -10, 5);
    MadeCertificate gone = root.issues("gone", -10, -5);
    assertThat(soon.with().validFor(Instant.now()).toDays()).isBetween(4L, 5L);
    assertThat(gone.with().validFor(Instant.now())).isNegative();
  }

  private MadeCertificate of(String algorithm) {
    return algorithm.equals("RSA") ? rsa : ec;
  }

  private void assertLoads(String algorithm, Path key, int times) throws Exception {
    ClientCertificate loaded = load(certificateFile(algorithm), Optional.of(key), PASS);
    assertSameKey(loaded, of(algorithm));
    assertThat(loaded.chain()).containsExactly(of(algorithm).certificate());
    assertThat(asked).hasSize(times).allMatch(key::equals);
  }

  /** An encoding of a key for an elliptic curve may hold the public key too, or not. */
  private static void assertSameKey(ClientCertificate loaded, MadeCertificate made) {
    if (made.key() instanceof ECPrivateKey expected) {
      assertThat(loaded.key())
          .isInstanceOfSatisfying(
              ECPrivateKey.class, key -> assertThat(key.getS()).isEqualTo(expected.getS()));
    } else {
      assertThat(loaded.key()).isEqualTo(made.key());
    }
  }

  private ClientCertificate load(Path certificate, Optional<Path> key, String password)
      throws VpnException {
    return ClientCertificate.load(
        certificate,
        key,
        CertificateOptions.FIRST,
        file -> {
          asked.add(file);
          return SecretText.of(password);
        });
  }

  private void refused(Path certificate, Optional<Path> key, String password, String... words) {
    assertThatThrownBy(() -> load(certificate, key, password))
        .isInstanceOfSatisfying(
            VpnException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
              assertThat(e.getMessage()).contains(words);
            });
  }

  private Path certificateFile(String algorithm) throws Exception {
    return file("cert-" + algorithm + ".pem", pem(of(algorithm).certificate()));
  }

  private Path pkcs12(MadeCertificate made, String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    PrivateKey key = made.key();
    Certificate[] chain =
        new X509Certificate[] {made.certificate(), middle.certificate(), root.certificate()};
    store.setKeyEntry("me", key, password.toCharArray(), chain);
    Path file = directory.resolve("me.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    return file;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path bytes(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  /** The traditional form as OpenSSL writes it, encrypted or not. */
  private String openssl(MadeCertificate made, String cipher) throws Exception {
    Path in = file("in.pem", pem(new JcaPKCS8Generator(made.key(), null)));
    Path out = directory.resolve("out.pem");
    run(
        "openssl pkey -traditional -in "
            + in
            + " -out "
            + out
            + (cipher.isEmpty() ? "" : " " + cipher + " -passout pass:plain"));
    return Files.readString(out);
  }

  private static void run(String command) throws Exception {
    Process process =
        new ProcessBuilder(command.split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).as(command).isZero();
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
