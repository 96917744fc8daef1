import { say } from '#shared/i18n/say.ts'

/** Why something of a file is left out, and that it is: `its coordinates are no numbers: left out`. The reason begins small; the stop of a sentence goes. */
export const leftOut = (why: string): string => `${why.replace(/\.$/, '')}: ${say('left out')}`
