package dev.adit.api.gateway;

/**
 * Something that goes wrong on request.
 *
 * @param name for {@code --fault}: {@code expired-cookie}
 * @param description one line
 */
public record GatewayFault(String name, String description) {}
