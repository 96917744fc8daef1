/** A class of a project to be. */
export interface NewClass {
  readonly name: string
  readonly color: string
}

/** Ready-made lists of classes, by what is counted. */
export const CLASS_PRESETS: readonly { readonly title: string; readonly names: readonly string[] }[] = [
  { title: 'Blood smear', names: ['RBC', 'WBC', 'Platelets'] },
  { title: 'White cells', names: ['Neutrophil', 'Lymphocyte', 'Monocyte', 'Eosinophil', 'Basophil'] },
  { title: 'Ki-67', names: ['Positive', 'Negative'] },
  { title: 'Mitoses', names: ['Mitosis', 'Look-alike'] },
]

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
export function classesFault(classes: readonly NewClass[]): string | null {
  const names = classes.map(({ name }) => name.trim())
  if (names.length === 0) return 'A project needs at least one class.'
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
