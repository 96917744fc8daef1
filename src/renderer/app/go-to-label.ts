import { type ShellStore } from './shell-store.ts'

/** Goes to Label, and on when it is there: a place that is left brings back the run and the image that Label showed before. */
export async function goToLabel(shell: ShellStore): Promise<void> {
  const { place } = shell.getState()
  shell.goTo('label')
  if (place !== 'label') await new Promise((resolve) => setTimeout(resolve, 0))
}
