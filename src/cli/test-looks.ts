import { type TestLook, testLooksLog, testLooksText } from '#shared/test-looks.ts'
import type { Output } from './output.ts'

/** How many models were looked at on the test images so far, and which. */
export function sayTestLooks(output: Output, looks: readonly TestLook[]): void {
  const text = testLooksText(looks)
  if (text === '') return
  output.say(text)
  output.say(`Looked at so far: ${testLooksLog(looks, (at) => at.slice(0, 10)).join('; ')}.`)
}
