// Image files come from anywhere: what a header claims is checked against these before memory is taken.

/** Most pixels that are decoded in one piece: 2^28, some 16,384 x 16,384 (0.8 GB as RGB). Larger ones are read region by region. */
export const MAX_PIXELS = 2 ** 28

/** Most pixels of an image that is read region by region: 2^37, some 370,000 x 370,000. The largest slides have a tenth of that. */
export const MAX_LARGE_PIXELS = 2 ** 37

/** Longest side of such an image. */
export const MAX_LARGE_SIDE = 2 ** 21

/** Largest file that is read into memory as it is, bytes. */
export const MAX_FLAT_BYTES = 2 ** 31 - 1
