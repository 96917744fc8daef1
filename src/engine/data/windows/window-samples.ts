import { anomalyKind, NORMAL_CLASS } from '#shared/anomaly-kind.ts'
import type { JobLabel, JobSample, JobSamples } from '#shared/contracts/job.ts'
import type { Box } from '#shared/geometry/box.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import { createRandom } from '#shared/random.ts'
import { imageId } from '#shared/records/ids.ts'
import { isLargeImage } from '#shared/records/image.ts'
import type { RegionShape } from '#shared/records/region.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'
import type { TissueMap } from '../../inference/tissue.ts'
import { WINDOW_SIDE, windowGrid, windowsAround, windowsOver } from './plan-windows.ts'
import { labelsIn, regionsIn } from './window-labels.ts'

/** Windows of tissue of a large image that was declared done without a label: no more than a few labels have of their surroundings. */
const EMPTY = { count: 8, side: 1024 }
/** Windows of tissue of a large image that is normal as a whole. */
const NORMAL = { count: 32, side: WINDOW_SIDE }

/** Finds the tissue of a large image; null where nothing can be told apart. */
export type TissueFinder = (image: JobSample) => Promise<TissueMap | null>

export interface Windowed {
  readonly samples: JobSamples
  /** What a person should know: what was learned from, and what was left out. */
  readonly notes: readonly string[]
}

/** Whether a list has samples that are learned from by windows. A class of a whole image cannot be told from a part of it. */
export function hasLarge({ task, train, val }: JobSamples): boolean {
  return TASKS[task].objects !== 'none' && [...train, ...val].some((image) => isLargeImage(image))
}

/**
 * A list in which each large image is replaced by windows: parts of at most `WINDOW_SIDE` pixels a side round its labels, or over its regions
 * where only these count; where it has neither, a few of tissue. They stand where the image stood, so the windows of an image are all learned from or all validated on. The same list and
 * the same images give the same windows. Throws what `tissue` throws, and AppError `mask-damaged`.
 */
export async function windowedSamples(samples: JobSamples, tissue: TissueFinder): Promise<Windowed> {
  const notes: string[] = []
  const replaced = async (images: readonly JobSample[]): Promise<JobSample[]> => {
    const lists: JobSample[][] = []
    for (const image of images) lists.push(isLargeImage(image) ? await windowsOf(samples.task, image, tissue, notes) : [image])
    return lists.flat()
  }
  const [train, val] = [await replaced(samples.train), await replaced(samples.val)]
  return { samples: { ...samples, train, val }, notes: [summary(train, val), ...notes] }
}

function summary(train: readonly JobSample[], val: readonly JobSample[]): string {
  const count = (samples: readonly JobSample[]): number => samples.filter(({ window }) => window !== undefined).length
  const learned = say(
    'Slides and large images were learned from by {{count}} windows of at most {{side}} pixels a side round their labels and over their regions.',
    { count: count(train), side: WINDOW_SIDE },
  )
  return count(val) === 0 ? learned : `${learned} ${say('For validation: {{count}} windows.', { count: count(val) })}`
}

async function windowsOf(task: TaskKind, image: JobSample, tissue: TissueFinder, notes: string[]): Promise<JobSample[]> {
  const places = labelled(task, image)
  if (image.regions !== undefined) return windowsInRegions(task, image, image.regions, places)
  if (places.length === 0) return emptyWindows(task, image, tissue, notes)
  const areas = TASKS[task].objects === 'areas'
  if (!areas) noteLong(image, places, notes)
  const windows = windowsAround(image, places, areas).map((window) => ({ window, labels: labelsIn(image, window, !areas) }))
  // Tiles over the bounds of a large area: the corners may have nothing of it.
  return windows.flatMap(({ window, labels }) => (labels.some(isLearned(task)) ? [sampleOf(image, window, labels)] : []))
}

/** Windows of a large image without any label in a region: no more of them than of those with one, but so many in any case. */
const LEAST_EMPTY = 32

/** What is empty in a region is learned as well: its windows cover it. */
function windowsInRegions(task: TaskKind, image: JobSample, regions: readonly RegionShape[], places: readonly Box[]): JobSample[] {
  const { touches } = regionTest(regions)
  const samples = windowsOver(image, regions.map(shapeBounds), places)
    .filter(touches)
    .map((window) => sampleOf(image, window, labelsIn(image, window, TASKS[task].objects === 'boxes')))
  const isEmpty = ({ labels }: JobSample): boolean => !labels.some(isLearned(task))
  const empty = samples.filter(isEmpty)
  const most = Math.max(LEAST_EMPTY, samples.length - empty.length)
  if (empty.length <= most) return samples
  const kept = new Set(createRandom(`regions/${image.id}`).shuffle(empty).slice(0, most))
  return samples.filter((sample) => !isEmpty(sample) || kept.has(sample))
}

/** Of anomalies only what is abnormal has a place. */
const isLearned =
  (task: TaskKind) =>
  ({ shape, ignore, classIndex }: JobLabel): boolean =>
    !ignore && isPlaced(shape) && (!TASKS[task].normalFirst || classIndex !== NORMAL_CLASS)

/** Where there is something to look at: labels to learn; of an image that is normal as a whole, no place is more so than another. */
function labelled(task: TaskKind, { labels }: JobSample): Box[] {
  if (TASKS[task].normalFirst && anomalyKind(labels) !== 'abnormal') return []
  return labels.filter(isLearned(task)).flatMap(({ shape }) => (isPlaced(shape) ? [shapeBounds(shape)] : []))
}

function noteLong({ path: file }: JobSample, places: readonly Box[], notes: string[]): void {
  const long = places.filter(({ width, height }) => Math.max(width, height) > WINDOW_SIDE).length
  if (long > 0)
    notes.push(
      say('{{count}} boxes of {{file}} longer than {{side}} pixels cannot be learned from.', { count: long, file, side: WINDOW_SIDE }),
    )
}

async function emptyWindows(task: TaskKind, image: JobSample, tissue: TissueFinder, notes: string[]): Promise<JobSample[]> {
  if (TASKS[task].normalFirst && anomalyKind(image.labels) === 'abnormal') {
    notes.push(say('{{file}} was left out: it is abnormal, but no area shows where. Outline the area.', { file: image.path }))
    return []
  }
  const map = await tissue(image)
  const { count, side } = TASKS[task].normalFirst ? NORMAL : EMPTY
  const random = createRandom(`windows/${image.id}`)
  const some = random
    .shuffle(windowGrid(image, side).filter((place) => map === null || !map.isGlass(place)))
    .slice(0, count)
    .sort((a, b) => a.y - b.y || a.x - b.x)
  return some.map((window) => sampleOf(image, window, labelsIn(image, window, TASKS[task].objects === 'boxes')))
}

function sampleOf({ id, path, width, height, micronsPerPixel, regions }: JobSample, window: Box, labels: JobLabel[]): JobSample {
  const place = [window.x, window.y, window.width, window.height].map((value) => value.toString(36)).join('.')
  return {
    id: imageId.parse(`${id}@${place}`),
    path,
    width: window.width,
    height: window.height,
    micronsPerPixel,
    labels,
    ...(regions === undefined ? {} : { regions: regionsIn(regions, window) }),
    window: { imageId: id, x: window.x, y: window.y, of: { width, height } },
  }
}
