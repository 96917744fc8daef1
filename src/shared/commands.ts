// Everything that a person can tell the window to do, as data: menu, keys, palette and key sheet read this one list.
// What a command does is registered by the place that owns it (src/renderer/tools/command-registry.ts).

/** The places of the window, and `start` where no project is open. */
export type Place = 'start' | 'label' | 'train' | 'review' | 'count'

/** Where a command's keys hold: everywhere, on the canvas (labelling and review), or in one of the two alone. */
export type CommandScope = 'global' | 'canvas' | 'label' | 'review'

export type CommandGroup =
  'Places' | 'Project' | 'Images' | 'View' | 'Tools' | 'Objects' | 'Classes' | 'Predictions' | 'Review' | 'Work' | 'Window'

interface CommandSpec<Id extends string = string> {
  readonly id: Id
  /** As menu, palette and sheet show it: a verb first. English, and the key of its translations. */
  readonly title: string
  /** What stands at the `{{names}}` of the title. */
  readonly values?: Readonly<Record<string, string | number>>
  readonly group: CommandGroup
  /** Default chords in the canonical form of keys.ts, the one that is shown first. */
  readonly keys: readonly string[]
  readonly when: CommandScope
  /** `press` (default): once a key press; `repeat`: again while the key is held; `hold`: told of press, repeats and release. */
  readonly press?: 'press' | 'repeat' | 'hold'
  /** False for what makes sense by key only. */
  readonly palette?: false
  /** True for keys that can't be given away. */
  readonly fixed?: true
}

const PLACES_AND_PROJECT = [
  { id: 'place.label', title: 'Go to Label', group: 'Places', keys: ['Mod+1'], when: 'global' },
  { id: 'place.train', title: 'Go to Train', group: 'Places', keys: ['Mod+2'], when: 'global' },
  { id: 'place.review', title: 'Go to Review', group: 'Places', keys: ['Mod+3'], when: 'global' },
  { id: 'place.count', title: 'Go to Count', group: 'Places', keys: ['Mod+4'], when: 'global' },
  { id: 'project.new', title: 'New project', group: 'Project', keys: ['Mod+N'], when: 'global' },
  { id: 'project.open', title: 'Open project', group: 'Project', keys: ['Mod+O'], when: 'global' },
  { id: 'project.sample', title: 'Open the sample project', group: 'Project', keys: [], when: 'global' },
  { id: 'project.workflow', title: 'Workflow of the project', group: 'Project', keys: [], when: 'global' },
  {
    id: 'project.models',
    title: 'Library of models',
    group: 'Project',
    keys: [],
    when: 'global',
  },
  { id: 'project.restore', title: 'Restore a backup', group: 'Project', keys: [], when: 'global' },
  { id: 'project.close', title: 'Close project', group: 'Project', keys: ['Mod+W'], when: 'global' },
  { id: 'project.reveal', title: 'Show the project folder', group: 'Project', keys: [], when: 'global' },
  { id: 'edit.undo', title: 'Undo', group: 'Project', keys: ['Mod+Z'], when: 'global', press: 'repeat' },
  { id: 'edit.redo', title: 'Redo', group: 'Project', keys: ['Mod+Shift+Z', 'Mod+Y'], when: 'global', press: 'repeat' },
  {
    id: 'images.import',
    title: 'Add images or annotations',
    group: 'Images',
    keys: ['Mod+I'],
    when: 'global',
  },
  {
    id: 'images.split',
    title: 'Split images into training, validation and test',
    group: 'Images',
    keys: [],
    when: 'global',
  },
  {
    id: 'images.origin',
    title: 'Slide, patient, group…',
    group: 'Images',
    keys: [],
    when: 'global',
  },
  {
    id: 'images.pixel-size',
    title: 'Set pixel size…',
    group: 'Images',
    keys: [],
    when: 'global',
  },
  { id: 'image.next', title: 'Next image', group: 'Images', keys: ['PageDown'], when: 'canvas', press: 'repeat' },
  { id: 'image.previous', title: 'Previous image', group: 'Images', keys: ['PageUp'], when: 'canvas', press: 'repeat' },
  { id: 'image.done', title: 'Image is done, next one', group: 'Images', keys: ['Enter'], when: 'label' },
  { id: 'label.gallery', title: 'Gallery of images, or one by one', group: 'Images', keys: ['G'], when: 'label' },
  {
    id: 'image.beside',
    title: 'Show another image beside this one, or close it',
    group: 'Images',
    keys: ['Shift+V'],
    when: 'canvas',
  },
  {
    id: 'image.associated',
    title: 'Show label and macro image (may show the patient’s name)',
    group: 'Images',
    keys: [],
    when: 'canvas',
  },
  { id: 'image.locate', title: 'Find the file of this image', group: 'Images', keys: [], when: 'canvas' },
  {
    id: 'image.remove',
    title: 'Remove this image from the project, or the selected ones',
    group: 'Images',
    keys: [],
    when: 'canvas',
  },
] as const satisfies readonly CommandSpec[]

const VIEW_AND_TOOLS = [
  { id: 'view.pan', title: 'Move the view while held', group: 'View', keys: ['Space'], when: 'canvas', press: 'hold', palette: false },
  {
    id: 'view.zoom-in',
    title: 'Zoom in',
    group: 'View',
    keys: ['Plus', '='],
    when: 'canvas',
    press: 'repeat',
  },
  { id: 'view.zoom-out', title: 'Zoom out', group: 'View', keys: ['-'], when: 'canvas', press: 'repeat' },
  { id: 'view.fit', title: 'Fit the image', group: 'View', keys: ['0'], when: 'canvas' },
  { id: 'view.actual', title: 'Actual pixels (1:1)', group: 'View', keys: ['Z'], when: 'canvas' },
  { id: 'view.turn-right', title: 'Turn the view 90° to the right', group: 'View', keys: ['Mod+]'], when: 'canvas' },
  { id: 'view.turn-left', title: 'Turn the view 90° to the left', group: 'View', keys: ['Mod+['], when: 'canvas' },
  { id: 'view.upright', title: 'Turn the view upright', group: 'View', keys: ['Mod+0'], when: 'canvas' },
  { id: 'view.selection', title: 'Zoom to the selection', group: 'View', keys: ['Shift+Z'], when: 'canvas' },
  {
    id: 'view.adjust',
    title: 'Brightness, contrast, stains and label opacity',
    group: 'View',
    keys: ['Shift+C'],
    when: 'canvas',
  },
  { id: 'view.reset-adjust', title: 'Show the image as it is in the file', group: 'View', keys: [], when: 'canvas' },
  { id: 'view.mask-names', title: 'Mask file names, or show them', group: 'View', keys: [], when: 'global' },
  { id: 'layer.annotations', title: 'Show or hide annotations', group: 'View', keys: ['A'], when: 'canvas' },
  { id: 'layer.predictions', title: 'Show or hide predictions', group: 'View', keys: ['D', 'H'], when: 'canvas' },
  { id: 'view.filter', title: 'Filter objects by class, origin, author, score or size', group: 'View', keys: ['Shift+F'], when: 'label' },
  { id: 'view.filter-clear', title: 'Show all objects: clear the filter', group: 'View', keys: [], when: 'label' },
  { id: 'view.grid', title: 'Count grid: show or hide crosses for point counting', group: 'View', keys: ['Shift+G'], when: 'canvas' },
  { id: 'layer.map', title: 'Show or hide the map of the predictions', group: 'View', keys: ['C'], when: 'canvas' },
  { id: 'tool.move', title: 'Move tool', group: 'Tools', keys: ['M'], when: 'canvas' },
  { id: 'tool.select', title: 'Select tool', group: 'Tools', keys: ['S'], when: 'canvas' },
  { id: 'tool.lasso', title: 'Lasso: select by a line round objects', group: 'Tools', keys: ['Q'], when: 'canvas' },
  { id: 'tool.box', title: 'Box tool', group: 'Tools', keys: ['R'], when: 'canvas' },
  { id: 'tool.rotated-box', title: 'Rotated box tool', group: 'Tools', keys: ['Shift+R'], when: 'canvas' },
  { id: 'tool.ellipse', title: 'Ellipse tool', group: 'Tools', keys: ['O'], when: 'canvas' },
  { id: 'tool.polyline', title: 'Line tool', group: 'Tools', keys: ['V'], when: 'canvas' },
  { id: 'tool.ruler', title: 'Ruler', group: 'Tools', keys: ['Shift+M'], when: 'canvas' },
  { id: 'tool.point', title: 'Point tool', group: 'Tools', keys: ['.'], when: 'canvas' },
  { id: 'tool.brush', title: 'Brush', group: 'Tools', keys: ['B'], when: 'canvas' },
  { id: 'tool.eraser', title: 'Eraser', group: 'Tools', keys: ['E'], when: 'canvas' },
  { id: 'tool.polygon', title: 'Polygon tool', group: 'Tools', keys: ['P'], when: 'canvas' },
  { id: 'tool.wand', title: 'Wand', group: 'Tools', keys: ['W'], when: 'canvas' },
  { id: 'tool.outline', title: 'Smart outline', group: 'Tools', keys: ['J'], when: 'canvas' },
  { id: 'outline.model', title: 'Choose the model of the smart outline', group: 'Tools', keys: [], when: 'canvas' },
  { id: 'tool.split', title: 'Split objects along a line', group: 'Tools', keys: ['K'], when: 'canvas' },
  { id: 'tool.region', title: 'Draw a region of interest', group: 'Tools', keys: ['Shift+P'], when: 'canvas' },
  { id: 'tool.more', title: 'More tools', group: 'Tools', keys: ['Shift+A'], when: 'canvas' },
  { id: 'brush.smaller', title: 'Smaller brush', group: 'Tools', keys: ['['], when: 'canvas', press: 'repeat' },
  { id: 'brush.larger', title: 'Larger brush', group: 'Tools', keys: [']'], when: 'canvas', press: 'repeat' },
  { id: 'brush.unit', title: 'Brush keeps its size in the image, or on the screen', group: 'Tools', keys: [], when: 'canvas' },
  { id: 'brush.adding', title: 'Add to the selected object without Shift', group: 'Tools', keys: ['Shift+B'], when: 'canvas' },
  { id: 'tool.snap', title: 'Snap to corners and edges of other objects, or not', group: 'Tools', keys: ['Shift+S'], when: 'canvas' },
  {
    id: 'gesture.cancel',
    title: 'Cancel, or select nothing',
    group: 'Tools',
    keys: ['Escape'],
    when: 'canvas',
    palette: false,
    fixed: true,
  },
] as const satisfies readonly CommandSpec[]

const OBJECTS = [
  { id: 'object.insert', title: 'Place an object at the middle of the view', group: 'Objects', keys: ['Insert', 'I'], when: 'canvas' },
  { id: 'object.next', title: 'Next object', group: 'Objects', keys: ['Tab'], when: 'label', press: 'repeat' },
  { id: 'object.previous', title: 'Previous object', group: 'Objects', keys: ['Shift+Tab'], when: 'label', press: 'repeat' },
  { id: 'object.select-all', title: 'Select all objects', group: 'Objects', keys: ['Mod+A'], when: 'canvas' },
  { id: 'object.select-none', title: 'Select nothing', group: 'Objects', keys: ['Mod+Shift+A'], when: 'canvas' },
  {
    id: 'object.delete',
    title: 'Delete selected objects',
    group: 'Objects',
    keys: ['Delete', 'Backspace'],
    when: 'canvas',
  },
  { id: 'object.copy', title: 'Copy', group: 'Objects', keys: ['Mod+C'], when: 'canvas' },
  { id: 'object.cut', title: 'Cut', group: 'Objects', keys: ['Mod+X'], when: 'canvas' },
  { id: 'object.paste', title: 'Paste', group: 'Objects', keys: ['Mod+V'], when: 'canvas' },
  { id: 'object.duplicate', title: 'Duplicate', group: 'Objects', keys: ['Mod+D'], when: 'canvas' },
  { id: 'object.note', title: 'Write a note on the selected object', group: 'Objects', keys: ['N'], when: 'canvas' },
  {
    id: 'object.turn-left',
    title: 'Turn the selected 1° left',
    group: 'Objects',
    keys: ['{'],
    when: 'canvas',
    press: 'hold',
    palette: false,
  },
  {
    id: 'object.turn-right',
    title: 'Turn the selected 1° right',
    group: 'Objects',
    keys: ['}'],
    when: 'canvas',
    press: 'hold',
    palette: false,
  },
  { id: 'object.name', title: 'Name the selected object', group: 'Objects', keys: ['Shift+N'], when: 'canvas' },
  { id: 'object.lock', title: 'Lock or unlock', group: 'Objects', keys: ['Mod+K'], when: 'canvas' },
  { id: 'object.hide', title: 'Hide the selected objects, or show hidden ones', group: 'Objects', keys: ['Shift+H'], when: 'label' },
  { id: 'object.flag', title: 'Flag for a colleague, or take the flag off', group: 'Objects', keys: ['T'], when: 'canvas' },
  { id: 'object.flag-note', title: 'Write a note on the flag', group: 'Objects', keys: ['Shift+T'], when: 'canvas' },
  { id: 'object.scale', title: 'Set scale from this line…', group: 'Objects', keys: [], when: 'canvas' },
  { id: 'object.front', title: 'Bring to front', group: 'Objects', keys: ['Home'], when: 'canvas' },
  { id: 'object.back', title: 'Send to back', group: 'Objects', keys: ['End'], when: 'canvas' },
  { id: 'area.fill-holes', title: 'Fill holes', group: 'Objects', keys: ['F'], when: 'canvas' },
  { id: 'area.union', title: 'Join the selected objects', group: 'Objects', keys: ['U'], when: 'canvas' },
  { id: 'area.subtract', title: 'Cut the others out of the first selected', group: 'Objects', keys: ['Shift+U'], when: 'canvas' },
  { id: 'area.intersect', title: 'Keep what all selected objects share', group: 'Objects', keys: ['Mod+U'], when: 'canvas' },
  { id: 'area.expand', title: 'Expand by a distance', group: 'Objects', keys: ['L'], when: 'canvas' },
  { id: 'area.shrink', title: 'Shrink by a distance', group: 'Objects', keys: ['Shift+L'], when: 'canvas' },
  { id: 'area.simplify', title: 'Simplify the outline', group: 'Objects', keys: ['Y'], when: 'canvas' },
  { id: 'area.to-polygon', title: 'Turn into polygons', group: 'Objects', keys: [], when: 'canvas' },
  { id: 'area.to-mask', title: 'Turn into masks', group: 'Objects', keys: [], when: 'canvas' },
  { id: 'area.to-region', title: 'Make a region of interest of the selected', group: 'Objects', keys: [], when: 'canvas' },
  { id: 'region.edit', title: 'Move and reshape a region of interest, then the next', group: 'Objects', keys: [], when: 'canvas' },
  { id: 'class.new', title: 'New class', group: 'Classes', keys: [], when: 'global' },
] as const satisfies readonly CommandSpec[]

const PREDICTIONS_AND_REVIEW = [
  { id: 'prediction.accept', title: 'Accept selected predictions', group: 'Predictions', keys: ['Shift+Enter'], when: 'canvas' },
  { id: 'prediction.reject', title: 'Reject selected predictions', group: 'Predictions', keys: ['X'], when: 'canvas' },
  { id: 'prediction.accept-all', title: 'Accept all predictions here from the score up', group: 'Predictions', keys: [], when: 'canvas' },
  { id: 'prediction.reject-all', title: 'Reject all predictions here from the score up', group: 'Predictions', keys: [], when: 'canvas' },
  { id: 'prediction.score-up', title: 'Raise the score threshold', group: 'Predictions', keys: ['>'], when: 'canvas', press: 'repeat' },
  { id: 'prediction.score-down', title: 'Lower the score threshold', group: 'Predictions', keys: ['<'], when: 'canvas', press: 'repeat' },
  { id: 'review.accept', title: 'Accept and go on', group: 'Review', keys: ['Enter'], when: 'review' },
  { id: 'review.next', title: 'Next uncertain object', group: 'Review', keys: ['Tab'], when: 'review', press: 'repeat' },
  { id: 'review.previous', title: 'Previous uncertain object', group: 'Review', keys: ['Shift+Tab'], when: 'review', press: 'repeat' },
  { id: 'review.image-done', title: 'Image is finished, next one', group: 'Review', keys: ['Mod+Enter'], when: 'review' },
  { id: 'review.second-look', title: 'Second look: where label and model differ', group: 'Review', keys: ['Shift+X'], when: 'review' },
  {
    id: 'review.readers',
    title: 'Readers: read blind what others decided, and settle differences',
    group: 'Review',
    keys: [],
    when: 'review',
  },
  { id: 'review.gallery', title: 'Gallery of uncertain objects', group: 'Review', keys: ['G'], when: 'review' },
  { id: 'review.context', title: 'Objects close up, or in context', group: 'Review', keys: ['Shift+W'], when: 'review' },
] as const satisfies readonly CommandSpec[]

const WORK_AND_WINDOW = [
  { id: 'train.start', title: 'Train', group: 'Work', keys: [], when: 'global' },
  { id: 'predict.start', title: 'Predict on all images', group: 'Work', keys: [], when: 'global' },
  { id: 'predict.regions', title: 'Predict in the regions of interest only', group: 'Work', keys: [], when: 'global' },
  {
    id: 'export.labels',
    title: 'Export annotations or predictions',
    group: 'Work',
    keys: [],
    when: 'global',
  },
  { id: 'export.counts', title: 'Export counts', group: 'Work', keys: ['Mod+E'], when: 'global' },
  { id: 'export.report', title: 'Report of the counts', group: 'Work', keys: ['Mod+Shift+E'], when: 'global' },
  { id: 'export.report-template', title: 'Save the template of reports, to change it', group: 'Work', keys: [], when: 'global' },
  { id: 'export.measurements', title: 'Export measurements of rulers', group: 'Work', keys: [], when: 'global' },
  { id: 'panel.left', title: 'Fold the left panel', group: 'Window', keys: ['F7'], when: 'global' },
  { id: 'panel.right', title: 'Fold the right panel', group: 'Window', keys: ['F8'], when: 'global' },
  { id: 'panel.all', title: 'Fold all panels', group: 'Window', keys: ['F11'], when: 'global' },
  { id: 'app.full-screen', title: 'Full screen on or off', group: 'Window', keys: ['Shift+F11'], when: 'global' },
  { id: 'app.palette', title: 'Find a command', group: 'Window', keys: ['Mod+L'], when: 'global' },
  { id: 'app.help', title: 'Help', group: 'Window', keys: ['F1'], when: 'global' },
  { id: 'app.keys', title: 'Keys', group: 'Window', keys: ['Shift+F1'], when: 'global' },
  {
    id: 'app.preferences',
    title: 'Preferences',
    group: 'Window',
    keys: ['Mod+,'],
    when: 'global',
  },
  { id: 'app.theme', title: 'Dark or light', group: 'Window', keys: [], when: 'global' },
  { id: 'app.guide', title: 'Guide through the loop', group: 'Window', keys: [], when: 'global' },
  { id: 'app.about', title: 'About Slidewright', group: 'Window', keys: [], when: 'global' },
] as const satisfies readonly CommandSpec[]

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
export type ClassCommandId = `class.${(typeof DIGITS)[number]}`

const classCommands: readonly CommandSpec<ClassCommandId>[] = DIGITS.map((digit) => ({
  id: `class.${digit}`,
  title: 'Class {{digit}}: relabel what you selected; after drawing, draw with it next',
  values: { digit },
  group: 'Classes',
  keys: [String(digit)],
  when: 'canvas',
  palette: false,
}))

export type Direction = 'left' | 'right' | 'up' | 'down'
/** What an arrow key does to the selected: move it, or move its right and bottom edges, or its left and top ones. */
type ArrowKind = 'move' | 'stretch' | 'stretch-start'
/** What a key that may be held does to the selected: `turn` by degrees. */
export type NudgeKind = ArrowKind | 'turn'
export type NudgeCommandId = `object.${ArrowKind}-${Direction}${'' | '-far'}`

const NUDGES: readonly { readonly kind: ArrowKind; readonly modifier: string; readonly direction: Direction; readonly title: string }[] = [
  { kind: 'move', modifier: '', direction: 'left', title: 'Move the selected {{pixels}} px left' },
  { kind: 'move', modifier: '', direction: 'right', title: 'Move the selected {{pixels}} px right' },
  { kind: 'move', modifier: '', direction: 'up', title: 'Move the selected {{pixels}} px up' },
  { kind: 'move', modifier: '', direction: 'down', title: 'Move the selected {{pixels}} px down' },
  { kind: 'stretch', modifier: 'Mod+', direction: 'left', title: 'Move the right or bottom edge {{pixels}} px left' },
  { kind: 'stretch', modifier: 'Mod+', direction: 'right', title: 'Move the right or bottom edge {{pixels}} px right' },
  { kind: 'stretch', modifier: 'Mod+', direction: 'up', title: 'Move the right or bottom edge {{pixels}} px up' },
  { kind: 'stretch', modifier: 'Mod+', direction: 'down', title: 'Move the right or bottom edge {{pixels}} px down' },
  { kind: 'stretch-start', modifier: 'Alt+', direction: 'left', title: 'Move the left or top edge {{pixels}} px left' },
  { kind: 'stretch-start', modifier: 'Alt+', direction: 'right', title: 'Move the left or top edge {{pixels}} px right' },
  { kind: 'stretch-start', modifier: 'Alt+', direction: 'up', title: 'Move the left or top edge {{pixels}} px up' },
  { kind: 'stretch-start', modifier: 'Alt+', direction: 'down', title: 'Move the left or top edge {{pixels}} px down' },
]

const arrow = (direction: Direction): string => `Arrow${direction.charAt(0).toUpperCase()}${direction.slice(1)}`

const nudgeCommands: readonly CommandSpec<NudgeCommandId>[] = (['', '-far'] as const).flatMap((far) =>
  NUDGES.map(({ kind, modifier, direction, title }) => ({
    id: `object.${kind}-${direction}${far}` as const,
    title,
    values: { pixels: far === '' ? 1 : 10 },
    group: 'Objects' as const,
    keys: [`${modifier}${far === '' ? '' : 'Shift+'}${arrow(direction)}`],
    when: 'canvas' as const,
    press: 'hold' as const,
    palette: false as const,
  })),
)

type FixedId =
  | (typeof PLACES_AND_PROJECT)[number]['id']
  | (typeof VIEW_AND_TOOLS)[number]['id']
  | (typeof OBJECTS)[number]['id']
  | (typeof PREDICTIONS_AND_REVIEW)[number]['id']
  | (typeof WORK_AND_WINDOW)[number]['id']

export type CommandId = FixedId | ClassCommandId | NudgeCommandId
export type Command = CommandSpec<CommandId>

/** All commands, in the order of the key sheet. */
export const COMMANDS: readonly Command[] = [
  ...PLACES_AND_PROJECT,
  ...VIEW_AND_TOOLS,
  ...OBJECTS,
  ...classCommands,
  ...nudgeCommands,
  ...PREDICTIONS_AND_REVIEW,
  ...WORK_AND_WINDOW,
]

const BY_ID: ReadonlyMap<string, Command> = new Map(COMMANDS.map((command) => [command.id, command]))

/** The command of an id that came from outside (a menu, a preferences file), or null. */
export function commandOf(id: string): Command | null {
  return BY_ID.get(id) ?? null
}

const PLACES_OF: Readonly<Record<CommandScope, readonly Place[]>> = {
  global: ['start', 'label', 'train', 'review', 'count'],
  canvas: ['label', 'review'],
  label: ['label'],
  review: ['review'],
}

/** Whether a command's keys hold in a place. */
export function holdsIn(scope: CommandScope, place: Place): boolean {
  return PLACES_OF[scope].includes(place)
}

/** Whether there is a place where both hold, so that one key can't mean both. */
export function scopesMeet(a: CommandScope, b: CommandScope): boolean {
  return PLACES_OF[a].some((place) => PLACES_OF[b].includes(place))
}

/** What a nudge command asks for, or null for another command. Pixels are of the image; of a turn `dx` is degrees, clockwise. */
export function nudgeOf(id: CommandId): { readonly kind: NudgeKind; readonly dx: number; readonly dy: number } | null {
  const parts = /^object\.(move|stretch|stretch-start|turn)-(left|right|up|down)(-far)?$/.exec(id)
  if (!parts) return null
  const step = parts[3] === undefined ? 1 : 10
  const direction = parts[2] as Direction
  const dx = direction === 'left' ? -step : direction === 'right' ? step : 0
  const dy = direction === 'up' ? -step : direction === 'down' ? step : 0
  return { kind: parts[1] as NudgeKind, dx, dy }
}
