/**
 * What every protocol has to do, run through the interface between core and plugins: the client of
 * a plugin against its own gateway, joined in memory, with a clock that a test moves. A plugin's
 * author extends {@link dev.adit.api.behaviour.ProtocolBehaviour} and says what the protocol has.
 */
@NullMarked
package dev.adit.api.behaviour;

import org.jspecify.annotations.NullMarked;
