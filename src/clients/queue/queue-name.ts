/** The name of the queue, on which its producers and its consumers agree; a test may use another. */
export const QUEUE_NAME = 'switchboard'
