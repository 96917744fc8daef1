// The process that is killed: imports a folder into a project and says so on stdout.
// Use: node bench/kills/importer.ts <project> <folder with images and labels>
import { writeSync } from 'node:fs'
import { Workbench } from '../../src/main/workbench/index.ts'

const say = (line: string): void => void writeSync(1, line + '\n')

const [folder, source] = process.argv.slice(2)
if (folder === undefined || source === undefined) throw new Error('Use: importer.ts <project> <source>')
const bench = await Workbench.open(folder, 'kills')
say('open')
const report = await bench.import({ paths: [source] })
say(`done ${report.images} ${report.annotations}`)
// Killed or not: nothing is closed in an orderly way.
process.kill(process.pid, 'SIGKILL')
