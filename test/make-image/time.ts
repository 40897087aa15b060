/** Time of the checkpoint in seconds since the epoch: the day on which v20 was posted. */
export const TIME = 1268856451;
