/**
 * Options of a test's own HTTP server, whose clients keep connections: one that it closes as idle, in the moment in which a
 * client takes it up again, fails that call. By default that is after five seconds, which a busy machine may take over
 * anything; here it is never within a test.
 */
export const KEPT_ALIVE = { keepAliveTimeout: 3_600_000 } as const
