import { label, t, translated, type Label } from '#shared/i18n/translate.ts'
import { COMMANDS, type CommandId } from '#shared/commands.ts'
import { hasWords, searchWords } from '#shared/search-words.ts'

// What Help says, in one place. `[[command.id]]` stands for the key that the command has now, or for its name where it has none.

export interface Topic {
  readonly id: string
  readonly title: string
  /** Other words that one may search for; English ones find it in every language. */
  readonly also: Label
  readonly lines: readonly string[]
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'images',
    title: t('Add images'),
    also: label('import open folder drop formats annotations calibrate pixel size scale bar µm'),
    lines: [
      t('Drop images or a folder of them on the window, or choose them with [[images.import]].'),
      t('JPEG, PNG, BMP, TIFF and WebP are read, with 8 or 16 bits, and whole slides: SVS, NDPI, MRXS, DICOM, tiled TIFF, OME-Zarr.'),
      t(
        'Annotations of other programs come the same way: COCO, YOLO, Pascal VOC, QuPath and more. What was found is shown before anything is added.',
      ),
      t('The image files stay where they are and are never changed.'),
      t('[[images.split]] says which images are learned from and which are held out. Images of one patient belong on one side.'),
      t(
        '[[images.origin]] says of which patient, slide and group images are, by their file names or by hand: a split keeps patients whole, and Count has a table by each.',
      ),
      t(
        'Where a file does not say how large its pixels are, nothing is told in micrometres or per mm²: [[images.pixel-size]] sets it, of one image or of all. Where the picture shows a scale bar, lay a ruler over it, [[tool.ruler]], and take [[object.scale]].',
      ),
      t('An import is one step: [[edit.undo]] takes it back.'),
    ],
  },
  {
    id: 'label',
    title: t('Label'),
    also: label('annotate draw box class select undo'),
    lines: [
      t(
        'Press a digit to choose a class: [[class.1]] is the first one. Then draw: boxes with [[tool.box]], points with [[tool.point]], ellipses with [[tool.ellipse]].',
      ),
      t('[[tool.more]] opens the tools that the bar has no room for: every kind of project has all that mean something there.'),
      t('Select with [[tool.select]] and drag a corner or an edge; the arrow keys move what is selected by a pixel.'),
      t('A digit gives the selected objects another class. [[object.delete]] deletes them.'),
      t('[[object.next]] goes from one object to the next, [[image.next]] to the next image.'),
      t(
        '[[image.done]] says that the image is finished: all that is in it is labelled. An image with nothing in it is only learned from once it is finished.',
      ),
      t('[[edit.undo]] takes back each step, even after a restart. Everything is saved at once; there is no Save.'),
    ],
  },
  {
    id: 'areas',
    title: t('Areas and brush'),
    also: label('paint mask polygon wand outline region eraser segmentation'),
    lines: [
      t(
        'Paint areas with the brush, [[tool.brush]], and take away with the eraser, [[tool.eraser]]. [[brush.smaller]] and [[brush.larger]] change the size.',
      ),
      t('Hold Shift while painting to add to the selected area, instead of beginning a new one.'),
      t(
        '[[tool.polygon]] draws by corners, [[tool.wand]] takes what has the same colour, [[tool.outline]] finds the outline of what is clicked.',
      ),
      t(
        '[[area.union]] joins the selected areas, [[area.subtract]] cuts the others out of the first, [[tool.split]] divides along a line.',
      ),
      t('Where the outline took in too much, say “outside” beside the tools and click there, or click with Alt held.'),
      t(
        'In a detection an outline is an object like any other: it counts, and the box round it is learned from. In a segmentation a box, [[tool.box]], is an area of four corners.',
      ),
      t(
        'Points, [[tool.point]], count and are not learned from. A finished image that has nothing but points is learned from neither as empty nor otherwise.',
      ),
      t('[[area.fill-holes]] fills holes, [[area.expand]] and [[area.shrink]] move an outline by a distance.'),
      t(
        'A region of interest, [[tool.region]], says which part of a large image is fully labelled. Only what lies in it is then learned from.',
      ),
    ],
  },
  {
    id: 'measure',
    title: t('Measure a distance with the ruler'),
    also: label('length size line micrometre scale thickness diameter'),
    lines: [
      t('Take the ruler, [[tool.ruler]], press at one end and drag to the other, or click both ends. Every kind of project has it.'),
      t('Its length stands beside it: in micrometres where the pixel size of the image is known, else in pixels.'),
      t('A ruler only measures: it is no object, so it is neither counted nor learned from. It stays on the image until it is deleted.'),
      t('Click it with [[tool.select]] to move it or one of its ends; [[object.delete]] removes it.'),
      t('A line, [[tool.polyline]], may have many corners and has a length too. It has a class and is counted.'),
      t('Where the picture shows a scale bar, lay a ruler over it and take [[object.scale]]: from then on lengths are in micrometres.'),
      t('The size of any other object stands in the panel on the right when it is selected.'),
    ],
  },
  {
    id: 'train',
    title: t('Train'),
    also: label('model net learn preset epochs stain normalisation settings folds cross-validation compare library'),
    lines: [
      t('Go to Train with [[place.train]], choose what is to be trained, and press Train. The first preset is the strong one.'),
      t('What is learned from, and what stands in the way, is said on the left. A few dozen labelled images are a start.'),
      t('One labelled image in five is held out; the score is measured on those.'),
      t(
        'With few slides or patients, Train in folds gives an honest figure: several models are trained, each without a part of them, and each judges the part that it has not seen. It takes as many trainings as there are folds.',
      ),
      t('Afterwards Train leads to the labels that look wrong, and the models of the folds can predict together.'),
      t('Labelling can go on meanwhile. A training that was stopped early keeps its best model; one that was broken off can go on later.'),
      t(
        'If images come from other scanners or laboratories, Settings offer a stain normalisation: it moves the colours of all images to those of the training images, and the model does the same whenever it predicts.',
      ),
      t('With a new model, [[predict.start]] predicts on all images.'),
      t(
        '[[project.models]] lists all models. Two of them are compared there image by image: what was found by both, by one, or by neither.',
      ),
      t('Test images are for the last look. How often a model was measured on them, when and by whom, is kept and told beside its scores.'),
    ],
  },
  {
    id: 'review',
    title: t('Review'),
    also: label('accept reject correct predictions uncertain second look'),
    lines: [
      t('Go to Review with [[place.review]]. Predictions are dashed, what a person has said is solid.'),
      t('[[review.accept]] accepts what is asked about, [[prediction.reject]] rejects it, a digit gives it another class.'),
      t('[[review.next]] goes to the next one. Those that help most are asked about first, with some at random between them.'),
      t('Drag a corner to correct a shape: that is kept as a correction.'),
      t('[[review.gallery]] shows many at once. [[review.second-look]] asks where labels and model differ.'),
      t(
        'Before a prediction its images are compared with those that the model learned from, by colour and by what they show. Where they look otherwise it is said beside the button: predictions there need a closer look.',
      ),
      t('Each decision is kept with who, when, and from what to what. [[edit.undo]] takes it back.'),
      t('Train again when many were corrected: the model learns from the corrections.'),
    ],
  },
  {
    id: 'count',
    title: t('Count and report'),
    also: label('export table Excel CSV PDF numbers counts area density'),
    lines: [
      t('Go to Count with [[place.count]]: a table of how many objects of each class an image has.'),
      t('Counts are of labels, of predictions, or of predictions as they were corrected. What is counted is said above the table.'),
      t(
        'Per mm² means the area that was gone through: the regions that a run in regions looked at, for labels the fully labelled regions, else the whole image. What lies outside is not counted.',
      ),
      t('Where both are known, labels and predictions are compared: how far they agree, and the error to expect.'),
      t('[[export.counts]] writes the table for Excel, [[export.report]] a report as a page or a PDF.'),
      t('[[export.labels]] writes annotations or predictions for other programs.'),
      t('Counts are estimates until a person has reviewed them. For research use, not for diagnosis.'),
    ],
  },
  {
    id: 'readers',
    title: t('Two readers'),
    also: label('second reader blind kappa agreement differences'),
    lines: [
      t(
        'Who works is a name in Preferences, [[app.preferences]]. It signs every label and decision; change it when somebody else sits down.',
      ),
      t('The second reader opens [[review.readers]] and is asked about the same objects, without seeing what the first one said.'),
      t('Nothing is changed by the second reading: both answers are kept.'),
      t('Afterwards the places where both differ are listed, and are settled one by one.'),
      t('The agreement (kappa) is told over all, by class and by image, and can be exported.'),
      t('Only one person at a time has a project open to write; another window opens it read-only.'),
    ],
  },
  {
    id: 'slides',
    title: t('Large slides'),
    also: label('whole slide WSI pyramid zoom tissue glass svs'),
    lines: [
      t('A slide opens at once and is read piece by piece, however large it is.'),
      t('Zoom with the wheel, move with [[tool.move]] or while [[view.pan]] is held; [[view.fit]] shows all of it.'),
      t(
        'Outline what you label with a region of interest, [[tool.region]], and say that it is fully labelled. Nobody has to label a whole slide.',
      ),
      t('A prediction leaves out bare glass. [[predict.regions]] predicts in the regions alone.'),
      t('A prediction that was broken off goes on from the parts that are finished.'),
      t('The label of a slide may name the patient: it is shown only when it is asked for ([[image.associated]]) and kept nowhere.'),
    ],
  },
  {
    id: 'trouble',
    title: t('When something goes wrong'),
    also: label('error read-only missing file GPU slow crash memory backup restore'),
    lines: [
      t(
        'Read only: the project is open elsewhere, or the folder cannot be written to. The line at the top says which. Close it there, or copy the project to your own disk.',
      ),
      t('An image is missing: its file was moved or renamed. [[image.locate]] finds it again, and others beside it.'),
      t('No graphics card: training and prediction run on the processor, only slower. What computes is said at the top right.'),
      t(
        'The window or the engine was closed in the middle: labels are safe, each was written when it was made. A training goes on from its last checkpoint.',
      ),
      t('Out of memory: close other programs, or choose a smaller batch in the settings of Train.'),
      t('A project that cannot be opened: [[project.restore]] lists its backups and brings one back; what was there is kept.'),
      t('A message has Details, which say more; they can be copied for whoever helps you.'),
    ],
  },
  {
    id: 'data',
    title: t('Where my data is'),
    also: label('folder privacy files backup internet offline copy move log replay history'),
    lines: [
      t('A project is a folder whose name ends with .slidewright. [[project.reveal]] shows it.'),
      t('In it are the labels and decisions (project.db), models, backups, and a cache, which may be deleted at any time.'),
      t('Image files stay where they were when they were added.'),
      t('Nothing leaves this computer: there is no account, and nothing is sent or fetched.'),
      t('To take a project elsewhere, close it, copy the folder and the images. A moved image is found again.'),
      t(
        '[[project.workflow]] lists what was done: imports, splits, trainings, predictions, exports, with who and when. Saved as a file it can be done again on other images, on the command line: slidewright replay.',
      ),
      t('Backups are made by themselves; [[project.restore]] brings one back.'),
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

/** Topics that have all the words, wherever they stand in them; those that have them in their title first. `soughtBy`: what a command is found by. */
export function topicsWith(text: string, soughtBy: (command: CommandId) => string): Topic[] {
  const words = searchWords(text)
  const said = ({ title, also, lines }: Topic): string =>
    [title, translated(also), also, ...lines.flatMap(partsOf).map((part) => ('text' in part ? part.text : soughtBy(part.command)))].join(
      ' ',
    )
  const found = TOPICS.filter((topic) => hasWords(said(topic), words))
  const titled = found.filter(({ title }) => hasWords(title, words))
  return [...titled, ...found.filter((topic) => !titled.includes(topic))]
}
