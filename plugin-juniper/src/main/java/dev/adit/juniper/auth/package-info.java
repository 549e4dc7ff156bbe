/**
 * Log-in by web pages. There is no interface for programs: the pages for people are fetched, their
 * first form is filled in and posted, until the cookie {@code DSID} appears.
 *
 * <pre>
 *   Login ── LoginHttp      requests, redirects, what statuses mean
 *     │  └── LoginPage      one page, parsed by jsoup: form, texts, where it leads by itself
 *     │        └─ PageForm  its first form: which of the known ones, its inputs
 *     ├───── FormFiller     asks for what is visible and makes the body of the POST
 *     ├───── RolePage       a list of links, not of fields
 *     ├───── HostCheck      the user's program, when a page without a form wants it
 *     └───── SingleSignOn   a browser, when the log-in leads to a host that we cannot log in to
 * </pre>
 *
 * <p>All of it belongs to the thread of the log-in. Pages of strangers are data: nothing of a
 * script is run, sizes and numbers are bounded, and a form that is not known is named, never
 * guessed.
 */
@NullMarked
package dev.adit.juniper.auth;

import org.jspecify.annotations.NullMarked;
