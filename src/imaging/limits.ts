// Image files come from anywhere: what a header claims is checked against these before memory is taken.

/** Most pixels that are decoded in one piece: 2^28, some 16,384 x 16,384 (0.8 GB as RGB). Larger ones are whole slides. */
export const MAX_PIXELS = 2 ** 28

/** Longest side, as far as the formats and canvases go. */
export const MAX_SIDE = 65_535

/** Largest file that is read, bytes. */
export const MAX_FILE_BYTES = 2 ** 31
