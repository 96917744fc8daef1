import { type TaskKind } from '#shared/records/task.ts'
import { labelsImages } from '../../labels/said.ts'

/** A class of a project to be. */
export interface NewClass {
  readonly name: string
  readonly color: string
}

export interface ClassPreset {
  readonly title: string
  readonly names: readonly string[]
}

const WHITE_CELLS = ['Neutrophil', 'Lymphocyte', 'Monocyte', 'Eosinophil', 'Basophil']

/** Ready-made lists of classes, by what a project is about; the first is what a new one begins with. */
export const CLASS_PRESETS: Readonly<Record<TaskKind, readonly ClassPreset[]>> = {
  detection: [
    { title: 'Blood smear', names: ['RBC', 'WBC', 'Platelets'] },
    { title: 'White cells', names: WHITE_CELLS },
    { title: 'Ki-67', names: ['Positive', 'Negative'] },
    { title: 'Mitoses', names: ['Mitosis', 'Look-alike'] },
  ],
  segmentation: [
    { title: 'Nuclei', names: ['Nucleus'] },
    { title: 'Glomeruli', names: ['Glomerulus'] },
    { title: 'Tumour', names: ['Tumour', 'Stroma', 'Necrosis'] },
  ],
  classification: [
    { title: 'Infected or not', names: ['Uninfected', 'Infected'] },
    { title: 'White cells', names: WHITE_CELLS },
    { title: 'Ki-67', names: ['Negative', 'Positive'] },
    { title: 'Grades', names: ['Benign', 'Low grade', 'High grade'] },
  ],
  anomaly: [
    { title: 'Normal or not', names: ['Normal', 'Abnormal'] },
    { title: 'Kinds of abnormal', names: ['Normal', 'Lesion', 'Artefact'] },
  ],
}

/** What the order of classes means, where it means something. */
export function orderNote(task: TaskKind, classes: readonly NewClass[]): string | null {
  const [first, second] = classes.map(({ name }) => name.trim())
  if (task === 'anomaly') return `The first class${first ? `, ${first},` : ''} is the normal one: models learn from its images alone.`
  if (task === 'classification' && classes.length === 2)
    return `Sensitivity will be that of the second class${second ? `, ${second}` : ''}: put what is looked for there.`
  return null
}

/** The least used colour first, in the palette's order. */
export function nextColor(classes: readonly Pick<NewClass, 'color'>[], palette: readonly string[]): string {
  const uses = (color: string): number => classes.filter((one) => one.color === color).length
  return [...palette].sort((a, b) => uses(a) - uses(b))[0] ?? '#009e73'
}

export function classesNamed(names: readonly string[], palette: readonly string[]): NewClass[] {
  const classes: NewClass[] = []
  for (const name of names) classes.push({ name, color: nextColor(classes, palette) })
  return classes
}

/** Why these classes can't be used, or null. */
export function classesFault(classes: readonly NewClass[], task: TaskKind = 'detection'): string | null {
  const names = classes.map(({ name }) => name.trim())
  if (names.length === 0) return 'A project needs at least one class.'
  if (labelsImages(task) && names.length === 1) return 'It takes two classes or more to tell images apart.'
  if (names.includes('')) return 'Every class needs a name.'
  const twice = names.find((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index)
  return twice === undefined ? null : `There are two classes named ${twice}.`
}

/** A name as a folder of that name is called: without the signs that some systems refuse. */
export function folderName(name: string): string {
  const safe = [...name.trim()].map((letter) => (/[<>:"/\\|?*]/.test(letter) || letter < ' ' ? '-' : letter)).join('')
  return safe.replace(/[. ]+$/, '')
}

/** A path inside a folder, with the separator that the folder's own path uses. */
export function pathIn(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`
}
