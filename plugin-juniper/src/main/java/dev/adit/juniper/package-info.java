/**
 * Juniper Network Connect. There is no specification: each fact is observed, and says where.
 *
 * <pre>
 *   auth      pages, until there is a session cookie
 *   oncp      the tunnel over TLS: records, messages, attributes
 *   esp       keys and terms of ESP, which core performs
 *   lzo       what servers may compress ESP packets with
 *   gateway   the server side of all that
 * </pre>
 */
@NullMarked
package dev.adit.juniper;

import org.jspecify.annotations.NullMarked;
