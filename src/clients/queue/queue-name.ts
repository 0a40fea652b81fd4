/** The name of the queue, shared by its producers and consumers; a test may use another. */
export const QUEUE_NAME = 'switchboard'
