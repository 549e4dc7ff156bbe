@NullMarked
package dev.adit.core.session;

import org.jspecify.annotations.NullMarked;
