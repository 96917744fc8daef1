import { say } from '#shared/i18n/say.ts'

/** Why something of a file is left out, and that it is: `its coordinates are no numbers: left out`. The reason begins small and ends without a stop. */
export const leftOut = (why: string): string => `${why}: ${say('left out')}`
