import { seenText, singleLooks, type TestLook, testLooksLog, testLooksText } from '#shared/test-looks.ts'
import { type Output, table } from './output.ts'

/** Looks that are told beside a score, the newest; all of them: `slidewright models looks`. */
const TOLD = 10

/** How many models were looked at on the test images so far, and which, with what was seen. */
export function sayTestLooks(output: Output, looks: readonly TestLook[]): void {
  const text = testLooksText(looks)
  if (text === '') return
  output.say(text)
  const log = testLooksLog(looks, (at) => at.slice(0, 10))
  const earlier = log.length > TOLD ? ` and ${log.length - TOLD} earlier (slidewright models looks)` : ''
  output.say(`Looked at so far: ${log.slice(-TOLD).join('; ')}${earlier}.`)
}

/** Each look in a line of its own, oldest first. */
export function looksTable(looks: readonly TestLook[]): string {
  const rows = singleLooks(looks).map(({ name, measure }) => [
    measure.at.slice(0, 16).replace('T', ' '),
    measure.who,
    name,
    seenText(measure),
    measure.images === 0 ? '' : measure.images,
  ])
  return table([['when', 'who', 'model', 'seen', 'images'], ...rows])
}
