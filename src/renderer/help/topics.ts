import { COMMANDS, type CommandId } from '#shared/commands.ts'

// What Help says, in one place. `[[command.id]]` stands for the key that the command has now, or for its name where it has none.

export interface Topic {
  readonly id: string
  readonly title: string
  /** Other words that one may search for. */
  readonly also: string
  readonly lines: readonly string[]
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'images',
    title: 'Add images',
    also: 'import open folder drop formats annotations',
    lines: [
      'Drop images or a folder of them on the window, or choose them with [[images.import]].',
      'JPEG, PNG, BMP, TIFF and WebP are read, with 8 or 16 bits, and whole slides: SVS, NDPI, MRXS, DICOM, tiled TIFF, OME-Zarr.',
      'Annotations of other programs come the same way: COCO, YOLO, Pascal VOC, QuPath and more. What was found is shown before anything is added.',
      'The image files stay where they are and are never changed.',
      '[[images.split]] says which images are learned from and which are held out. Images of one patient belong on one side.',
      'An import is one step: [[edit.undo]] takes it back.',
    ],
  },
  {
    id: 'label',
    title: 'Label',
    also: 'annotate draw box class select undo',
    lines: [
      'Press a digit to choose a class: [[class.1]] is the first one. Then draw: boxes with [[tool.box]], points with [[tool.point]], ellipses with [[tool.ellipse]].',
      'Select with [[tool.select]] and drag a corner or an edge; the arrow keys move what is selected by a pixel.',
      'A digit gives the selected objects another class. [[object.delete]] deletes them.',
      '[[object.next]] goes from one object to the next, [[image.next]] to the next image.',
      '[[image.done]] says that the image is finished: all that is in it is labelled. An image with nothing in it is only learned from once it is finished.',
      '[[edit.undo]] takes back each step, even after a restart. Everything is saved at once; there is no Save.',
    ],
  },
  {
    id: 'areas',
    title: 'Areas and brush',
    also: 'paint mask polygon wand outline region eraser segmentation',
    lines: [
      'Paint areas with the brush, [[tool.brush]], and take away with the eraser, [[tool.eraser]]. [[brush.smaller]] and [[brush.larger]] change the size.',
      'Hold Shift while painting to add to the selected area, instead of beginning a new one.',
      '[[tool.polygon]] draws by corners, [[tool.wand]] takes what has the same colour, [[tool.outline]] finds the outline of what is clicked.',
      '[[area.union]] joins the selected areas, [[area.subtract]] cuts the others out of the first, [[tool.split]] divides along a line.',
      '[[area.fill-holes]] fills holes, [[area.expand]] and [[area.shrink]] move an outline by a distance.',
      'A region of interest, [[tool.region]], says which part of a large image is fully labelled. Only what lies in it is then learned from.',
    ],
  },
  {
    id: 'train',
    title: 'Train',
    also: 'model net learn preset epochs stain normalisation settings',
    lines: [
      'Go to Train with [[place.train]], choose what is to be trained, and press Train. The first preset is the strong one.',
      'What is learned from, and what stands in the way, is said on the left. A few dozen labelled images are a start.',
      'One labelled image in five is held out; the score is measured on those.',
      'Labelling can go on meanwhile. A training that was stopped early keeps its best model; one that was broken off can go on later.',
      'If images come from other scanners or laboratories, Settings offer a stain normalisation: it moves the colours of all images to those of the training images, and the model does the same whenever it predicts.',
      'With a new model, [[predict.start]] predicts on all images.',
    ],
  },
  {
    id: 'review',
    title: 'Review',
    also: 'accept reject correct predictions uncertain second look',
    lines: [
      'Go to Review with [[place.review]]. Predictions are dashed, what a person has said is solid.',
      '[[review.accept]] accepts what is asked about, [[prediction.reject]] rejects it, a digit gives it another class.',
      '[[review.next]] goes to the next one. Those that help most are asked about first, with some at random between them.',
      'Drag a corner to correct a shape: that is kept as a correction.',
      '[[review.gallery]] shows many at once. [[review.second-look]] asks where labels and model differ.',
      'Each decision is kept with who, when, and from what to what. [[edit.undo]] takes it back.',
      'Train again when many were corrected: the model learns from the corrections.',
    ],
  },
  {
    id: 'count',
    title: 'Count and report',
    also: 'export table Excel CSV PDF numbers counts',
    lines: [
      'Go to Count with [[place.count]]: a table of how many objects of each class an image has.',
      'Counts are of labels, of predictions, or of predictions as they were corrected. What is counted is said above the table.',
      'Where both are known, labels and predictions are compared: how far they agree, and the error to expect.',
      '[[export.counts]] writes the table for Excel, [[export.report]] a report as a page or a PDF.',
      '[[export.labels]] writes annotations or predictions for other programs.',
      'Counts are estimates until a person has reviewed them. For research use, not for diagnosis.',
    ],
  },
  {
    id: 'readers',
    title: 'Two readers',
    also: 'second reader blind kappa agreement differences',
    lines: [
      'Who works is a name in Preferences, [[app.preferences]]. It signs every label and decision; change it when somebody else sits down.',
      'The second reader opens [[review.readers]] and is asked about the same objects, without seeing what the first one said.',
      'Nothing is changed by the second reading: both answers are kept.',
      'Afterwards the places where both differ are listed, and are settled one by one.',
      'The agreement (kappa) is told over all, by class and by image, and can be exported.',
      'Only one person at a time has a project open to write; another window opens it read-only.',
    ],
  },
  {
    id: 'slides',
    title: 'Large slides',
    also: 'whole slide WSI pyramid zoom tissue glass svs',
    lines: [
      'A slide opens at once and is read piece by piece, however large it is.',
      'Zoom with the wheel, move with [[tool.move]] or while [[view.pan]] is held; [[view.fit]] shows all of it.',
      'Outline what you label with a region of interest, [[tool.region]], and say that it is fully labelled. Nobody has to label a whole slide.',
      'A prediction leaves out bare glass. [[predict.regions]] predicts in the regions alone.',
      'A prediction that was broken off goes on from the parts that are finished.',
      'The label of a slide may name the patient: it is shown only when it is asked for ([[image.associated]]) and kept nowhere.',
    ],
  },
  {
    id: 'trouble',
    title: 'When something goes wrong',
    also: 'error read-only missing file GPU slow crash memory backup restore',
    lines: [
      'Read only: the project is open elsewhere, or the folder cannot be written to. The line at the top says which. Close it there, or copy the project to your own disk.',
      'An image is missing: its file was moved or renamed. [[image.locate]] finds it again, and others beside it.',
      'No graphics card: training and prediction run on the processor, only slower. What computes is said at the top right.',
      'The window or the engine was closed in the middle: labels are safe, each was written when it was made. A training goes on from its last checkpoint.',
      'Out of memory: close other programs, or choose a smaller batch in the settings of Train.',
      'A project that cannot be opened: [[project.restore]] lists its backups and brings one back; what was there is kept.',
      'A message has Details, which say more; they can be copied for whoever helps you.',
    ],
  },
  {
    id: 'data',
    title: 'Where my data is',
    also: 'folder privacy files backup internet offline copy move',
    lines: [
      'A project is a folder whose name ends with .slidewright. [[project.reveal]] shows it.',
      'In it are the labels and decisions (project.db), models, backups, and a cache, which may be deleted at any time.',
      'Image files stay where they were when they were added.',
      'Nothing leaves this computer: there is no account, and nothing is sent or fetched.',
      'To take a project elsewhere, close it, copy the folder and the images. A moved image is found again.',
      'Backups are made by themselves; [[project.restore]] brings one back.',
    ],
  },
]

/** A part of a line: text as it stands, or a command whose key is meant. */
export type LinePart = { readonly text: string } | { readonly command: CommandId }

const IDS: ReadonlySet<string> = new Set(COMMANDS.map(({ id }) => id))
const isCommand = (id: string): id is CommandId => IDS.has(id)

/** A line in parts. Throws RangeError where it names a command that is none. */
export function partsOf(line: string): LinePart[] {
  return line.split(/\[\[(.+?)\]\]/).flatMap((part, i): LinePart[] => {
    if (i % 2 === 0) return part === '' ? [] : [{ text: part }]
    if (!isCommand(part)) throw new RangeError(`Help names a command that there is not: ${part}`)
    return [{ command: part }]
  })
}

/** Topics that have all the words, wherever they stand in them; those that have them in their title first. */
export function topicsWith(text: string, nameOf: (command: CommandId) => string): Topic[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const has = (within: string): boolean => words.every((word) => within.toLowerCase().includes(word))
  const said = ({ title, also, lines }: Topic): string =>
    [title, also, ...lines.flatMap(partsOf).map((part) => ('text' in part ? part.text : nameOf(part.command)))].join(' ')
  const found = TOPICS.filter((topic) => has(said(topic)))
  const titled = found.filter(({ title }) => has(title))
  return [...titled, ...found.filter((topic) => !titled.includes(topic))]
}
