// The process that is killed: edits a project as fast as it can and says so on stdout, a line before and a line after each commit.
// Use: node bench/kills/editor.ts <project> <seed> <run id>
import { writeSync } from 'node:fs'
import { createRandom } from '#shared/random.ts'
import { runId } from '#shared/records/ids.ts'
import type { ProjectDatabase } from '../../src/main/project/database.ts'
import { openProject } from '../../src/main/project/open.ts'
import { editFor, nextOperation, type Operation } from './script.ts'

// Straight to the descriptor: a line that was written stays written, whatever becomes of this process.
const say = (line: string): void => void writeSync(1, line + '\n')

function perform(project: ProjectDatabase, operation: Operation, run: string): void {
  switch (operation.kind) {
    case 'edit':
    case 'relabel':
      project.commit(editFor(operation))
      return
    case 'undo':
      project.undo()
      return
    case 'redo':
      project.redo()
      return
    case 'predictions': {
      const [image, kind] = [project.images()[0]!, project.classes()[0]!]
      const shape = { type: 'box', x: 1, y: 2, width: 3, height: 4 } as const
      const found = Array.from({ length: operation.count }, () => ({ imageId: image.id, classId: kind.id, score: 0.5, shape }))
      project.addPredictions(runId.parse(run), found)
    }
  }
}

async function main(folder: string, seed: string, run: string): Promise<void> {
  const project = await openProject(folder)
  if (project.readOnly !== '') throw new Error(`The lock of the killed process is still there: ${project.readOnly}`)
  const random = createRandom(seed)
  const place = { images: project.images().map(({ id }) => id), classes: project.classes().map(({ id }) => id) }
  say('open')
  for (;;) {
    const operation = nextOperation(random, place, project.annotationsOf(random.pick(place.images)))
    say('try ' + JSON.stringify(operation))
    perform(project, operation, run)
    say('done')
  }
}

const [folder, seed, run] = process.argv.slice(2)
if (folder === undefined || seed === undefined || run === undefined) throw new Error('Use: editor.ts <project> <seed> <run id>')
await main(folder, seed, run)
