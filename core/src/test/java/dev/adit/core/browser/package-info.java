@NullMarked
package dev.adit.core.browser;

import org.jspecify.annotations.NullMarked;
