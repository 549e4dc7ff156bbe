@NullMarked
package dev.adit.anyconnect.sso;

import org.jspecify.annotations.NullMarked;
