package dev.adit.anyconnect.auth;

import dev.adit.api.error.PeerViolationException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The XML of a log-in: a document, all of which can be asked for, or a violation. */
final class ServerDocumentFuzz {
  private static final List<String> ELEMENTS =
      List.of(
          ("auth,form,input,select,option,message,title,banner,error,opaque,session-token,host-scan,"
                  + "host-scan-ticket,host-scan-token,host-scan-base-uri,host-scan-wait-uri,csd,"
                  + "csdLinux,authentication-complete,client-cert-request,hash-algorithm,"
                  + "multiple-client-cert-request,sso-v2-login,sso-v2-browser-mode,x")
              .split(","));

  private static final List<String> ATTRIBUTES =
      List.of(
          ("id='main',id='challenge',method='POST',method='get',action='/a',name='group_list',"
                  + "name='username',name='&#10;',type='text',type='password',type='hidden',"
                  + "type='sso',type='submit',label='L',value='v',selected='true',second-auth='1',"
                  + "noaaa='1',secondary_username='u',param1='%s',param2='p',ticket='t',starturl='/s'")
              .split(","));

  private ServerDocumentFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    String text = new String(data, 1, data.length - 1, StandardCharsets.UTF_8);
    switch (data[0] & 3) {
      case 0 -> read(text);
      case 1 -> read("<config-auth>" + text + "</config-auth>");
      case 2 -> read("<config-auth><auth id=\"main\">" + text + "</auth></config-auth>");
      default ->
          read("<config-auth>" + MadeXml.of(data, 1, ELEMENTS, ATTRIBUTES) + "</config-auth>");
    }
  }

  private static void read(String text) {
    try {
      ServerDocument document = ServerDocument.parse(text);
      document.form();
      document.error();
      document.text("message");
      document.opaque();
      document.hostScan();
      document.sessionToken();
      document.wantsBrowser();
      document.isLogIn();
      document.hasOddMethod();
    } catch (PeerViolationException e) {
      // Refused, with words.
    }
  }
}
