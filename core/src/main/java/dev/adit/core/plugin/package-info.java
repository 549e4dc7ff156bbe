/**
 * Plugins on pf4j: found by their manifests alone, loaded when their protocol is asked for, each
 * with its own class loader. A broken archive is named with its reason and stops nobody else.
 *
 * <p>An archive is a jar whose manifest says what it holds:
 *
 * <pre>
 *   Plugin-Id: example                      [A-Za-z0-9._-]+
 *   Plugin-Version: 1.0.0
 *   Adit-Spi-Version: 1.0                   what it was built against
 *   Adit-Protocols: example ex              protocol ids and aliases
 * </pre>
 *
 * Libraries it needs are shaded into the jar; plugin-api, slf4j and pf4j must not be in it, since
 * types of two copies are strangers to each other.
 */
@NullMarked
package dev.adit.core.plugin;

import org.jspecify.annotations.NullMarked;
