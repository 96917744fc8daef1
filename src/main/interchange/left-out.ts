import { say } from '#shared/i18n/say.ts'

/** Why something of a file is left out, and that it is: `its coordinates are no numbers: left out`. The reason begins small; the stop of a sentence goes. */
export const leftOut = (why: string): string => `${why.replace(/\.$/, '')}: ${say('left out')}`

/**
 * Whether what a file says of an image is its label. `given`: the objects that it tells of; a file without any says that there is nothing. Where it
 * gives some and none of them was taken, nobody knows what lies there: that is told, and the image stays unlabelled.
 */
export function isTold(objects: readonly unknown[], given: number, tell: (what: string) => void): boolean {
  if (objects.length > 0 || given === 0) return true
  tell(say('none of its objects was taken, so the image stays unlabelled'))
  return false
}
