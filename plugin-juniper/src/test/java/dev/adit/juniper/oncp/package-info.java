@NullMarked
package dev.adit.juniper.oncp;

import org.jspecify.annotations.NullMarked;
