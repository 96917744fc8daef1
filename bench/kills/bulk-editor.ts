// The process that is killed: gives all objects of a project, which are of one class, the other class and back, again and again, and says so on
// stdout, a line before and a line after each commit.
// Use: node bench/kills/bulk-editor.ts <project> <seed>
import { writeSync } from 'node:fs'
import { createRandom } from '#shared/random.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { editFor, type Operation } from './script.ts'

// Straight to the descriptor: a line that was written stays written, whatever becomes of this process.
const say = (line: string): void => void writeSync(1, line + '\n')

const [folder, seed] = process.argv.slice(2)
if (folder === undefined || seed === undefined) throw new Error('Use: bulk-editor.ts <project> <seed>')
const bench = await Workbench.open(folder, 'kills')
if (bench.readOnly !== '') throw new Error(`The lock of the killed process is still there: ${bench.readOnly}`)
const random = createRandom(seed)
const objects = bench.project.db.annotations()
const ids = objects.map(({ id }) => id)
const [one, other] = bench.classes().map(({ id }) => id)
let now = objects[0]!.classId
say('open')
for (;;) {
  now = now === one ? other! : one!
  const updatedAt = new Date(Date.UTC(2026, 0, 1) + random.int(1e9)).toISOString()
  const relabel: Extract<Operation, { kind: 'relabel' }> = { kind: 'relabel', ids, to: { classId: now, updatedAt } }
  say('try ' + JSON.stringify(relabel))
  bench.edit(editFor(relabel))
  say('done')
}
