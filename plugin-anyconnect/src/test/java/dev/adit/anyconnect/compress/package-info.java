@NullMarked
package dev.adit.anyconnect.compress;

import org.jspecify.annotations.NullMarked;
