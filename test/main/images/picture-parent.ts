// A main process that has pictures made without end, until it is killed. Tells its child's process id. Run as a child process.
import { ChildPictures } from '../../../src/main/images/child-pictures.ts'

const [, , entry, folder] = process.argv
if (entry === undefined || folder === undefined) throw new Error('two arguments are needed')
const pictures = new ChildPictures({ execPath: process.execPath, entry })
for (let i = 0; ; i++) {
  const work = [0, 1].map((seed) => pictures.smear({ seed: i * 2 + seed, width: 1200, height: 900, target: `${folder}/${seed}.png` }))
  // Told when the work of the second round is under way.
  if (i === 1) process.stdout.write(`${pictures.pid}\n`)
  await Promise.all(work)
}
