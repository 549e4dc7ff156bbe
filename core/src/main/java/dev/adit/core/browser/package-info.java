/**
 * A log-in by browser, one contract for all protocols. A plugin says what the browser must bring
 * back ({@link dev.adit.api.auth.BrowserRequest}); the user says which browser ({@link
 * dev.adit.core.browser.BrowserChoice}):
 *
 * <pre>
 *              a request to a loopback listener      a cookie
 * desktop      xdg-open URL                          cannot: says what can
 * PROGRAM      PROGRAM URL                           cannot: says what can
 * exec:PROGRAM JSON in, JSON out; or the listener    JSON in, JSON out
 * remote       URL shown, address pasted             URL shown, value pasted
 * </pre>
 *
 * The listener is open before anything is started. What was brought is a secret: in no log, no
 * event, no argument of a program. Programs run without a shell.
 */
@NullMarked
package dev.adit.core.browser;

import org.jspecify.annotations.NullMarked;
