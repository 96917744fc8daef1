import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { TASKS } from '#shared/task-facts.ts'

/** A class of a project to be. */
export interface NewClass {
  readonly name: string
  readonly color: string
}

export interface ClassPreset {
  readonly title: string
  readonly names: readonly string[]
}

const WHITE_CELLS = [t('Neutrophil'), t('Lymphocyte'), t('Monocyte'), t('Eosinophil'), t('Basophil')]

/** Ready-made lists of classes, by what a project is about; the first is what a new one begins with. */
export const CLASS_PRESETS: Readonly<Record<TaskKind, readonly ClassPreset[]>> = {
  detection: [
    { title: t('Blood smear'), names: ['RBC', 'WBC', t('Platelets')] },
    { title: t('White cells'), names: WHITE_CELLS },
    { title: 'Ki-67', names: [t('Positive'), t('Negative')] },
    { title: t('Mitoses'), names: [t('Mitosis'), t('Look-alike')] },
  ],
  segmentation: [
    { title: t('Nuclei'), names: [t('Nucleus')] },
    { title: t('Glomeruli'), names: [t('Glomerulus')] },
    { title: t('Tumour'), names: [t('Tumour'), t('Stroma'), t('Necrosis')] },
  ],
  classification: [
    { title: t('Infected or not'), names: [t('Uninfected'), t('Infected')] },
    { title: t('White cells'), names: WHITE_CELLS },
    { title: 'Ki-67', names: [t('Negative'), t('Positive')] },
    { title: t('Grades'), names: [t('Benign'), t('Low grade'), t('High grade')] },
  ],
  anomaly: [
    { title: t('Normal or not'), names: [t('Normal'), t('Abnormal')] },
    { title: t('Kinds of abnormal'), names: [t('Normal'), t('Lesion'), t('Artefact')] },
  ],
}

/** What the order of classes means, where it means something. */
export function orderNote(task: TaskKind, classes: readonly NewClass[]): string | null {
  const [first, second] = classes.map(({ name }) => name.trim())
  const { normalFirst, wholeImages } = TASKS[task]
  if (normalFirst)
    return first
      ? t('The first class, {{name}}, is the normal one: models learn from its images alone.', { name: first })
      : t('The first class is the normal one: models learn from its images alone.')
  if (wholeImages && classes.length === 2)
    return second
      ? t('Sensitivity will be that of the second class, {{name}}: put what is looked for there.', { name: second })
      : t('Sensitivity will be that of the second class: put what is looked for there.')
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
  if (names.length === 0) return t('A project needs at least one class.')
  if (TASKS[task].wholeImages && names.length === 1) return t('It takes two classes or more to tell images apart.')
  if (names.includes('')) return t('Every class needs a name.')
  const twice = names.find((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index)
  return twice === undefined ? null : t('There are two classes named {{name}}.', { name: twice })
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
