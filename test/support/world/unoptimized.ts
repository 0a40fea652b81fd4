/** For processes on the embedded database: none lives for long enough to earn back what optimizing it costs. */
export const UNOPTIMIZED = '--liftoff-only'
