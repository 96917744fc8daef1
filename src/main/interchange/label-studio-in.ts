import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { Shape } from '#shared/records/shape.ts'
import { decodedAddress } from './addresses.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import type { Size } from './fit-shape.ts'
import { endsOf, isObject, type JsonObject, listIn, numbersIn, readJson } from './json-file.ts'
import {
  type LabelFormat,
  objectFrom,
  parseLabelFiles,
  type Reading,
  type SaidImage,
  type SaidObject,
  type Telling,
} from './label-files.ts'
import { maskOfBrush } from './label-studio-rle.ts'
import { leftOut } from './left-out.ts'
import { ellipseOf, ringFrom, turnedBox } from './outline.ts'
import { isImageName } from './walk.ts'

export const LABEL_STUDIO: LabelFormat = {
  format: 'labelstudio',
  endings: ['json'],
  looks: looksLikeLabelStudio,
  none: { title: say('annotations of Label Studio'), hint: say('Label Studio writes them with Export > JSON (not JSON-MIN).') },
  takesOthers: false,
  read: readFile,
}

/** Whether a file is JSON as Label Studio exports it, by its keys. */
async function looksLikeLabelStudio(file: string): Promise<boolean> {
  const text = await endsOf(file)
  return /"(annotations|completions|predictions)"\s*:\s*\[/.test(text) && /"result"\s*:\s*\[/.test(text) && /"data"\s*:\s*\{/.test(text)
}

/**
 * Reads JSON of Label Studio (labelstud.io/guide/export, "JSON"): of each task the first annotation that was not cancelled, with rectangles, polygons,
 * ellipses, key points, brushes and choices; per cent of the image's sides as pixels. A region's
 * meta text becomes the note. The image is found by the name in the task's data, with or without the letters that an upload puts before it.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseLabelStudio(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, LABEL_STUDIO)
}

async function readFile(file: string, { finder }: Reading, problem: Telling): Promise<SaidImage[]> {
  const json = await readJson(file)
  const tasks = (Array.isArray(json) ? (json as unknown[]) : [json]).filter(isObject).filter((task) => isObject(task['data']))
  if (tasks.length === 0)
    throw new AppError('not-labelstudio', 'It holds no tasks of Label Studio', 'Export them as JSON, not as JSON-MIN.')
  return tasks.flatMap((task) => {
    const names = namesOf(task)
    const name = names[0] === undefined ? say('task {{id}}', { id: String(task['id']) }) : path.posix.basename(names[0])
    const given = listIn(task['annotations'] ?? task['completions']).filter(isObject)
    const kept = given.filter((one) => one['was_cancelled'] !== true)
    const [first, ...others] = kept
    if (first === undefined) {
      problem(`${name}: ${leftOut(say('nobody annotated it'))}`)
      return []
    }
    const results = listIn(first['result']).filter(isObject)
    const objects = (size: Size, tell: Telling): readonly SaidObject[] => {
      if (others.length > 0) tell(say('{{count}} further annotations of the same image are left out', { count: others.length }))
      return results.flatMap((result, i) => objectsOf(result, i, size, tell))
    }
    return [{ name, found: imageOf(names, file, finder), size: sizeOf(results), count: results.length, objects }]
  })
}

/** Names that a task gives its image, the likeliest first. */
function namesOf(task: JsonObject): string[] {
  const data = task['data'] as JsonObject
  const texts = ['image', ...Object.keys(data)].map((key) => data[key]).filter((value) => typeof value === 'string')
  const paths = texts.flatMap(pathsOfUrl)
  const urls = paths.some(isImageName) ? paths.filter(isImageName) : typeof data['image'] === 'string' ? paths.slice(0, 1) : []
  const upload = task['file_upload']
  return [...urls, ...(typeof upload === 'string' && isImageName(upload) ? [upload] : [])]
}

/**
 * What a URL of a task may mean: its path (what follows `?d=` of local files, else without host and query), or the text as it stands, since
 * names of files come unencoded too. A bare name with `#` or `?` in it is hardly an address.
 */
function pathsOfUrl(url: string): string[] {
  const local = /[?&]d=([^&]+)/.exec(url)?.[1]
  const place = decodedAddress(local ?? withoutHost(url.replace(/[?#].*$/, '')))
  const asItStands = withoutHost(url)
  const isBare = local === undefined && !/[/\\]/.test(url) && /[?#]/.test(url)
  return [...new Set(isBare ? [asItStands, place] : [place, asItStands])]
}

const withoutHost = (url: string): string => url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i, '')

function imageOf(names: readonly string[], file: string, finder: Reading['finder']): SaidImage['found'] {
  let why: string | null = null
  for (const name of names) {
    let last = ''
    // Uploads are stored as `1a2b3c4d-name.png`.
    for (const spelled of [name, name.replace(/(^|\/)[0-9a-f]{8}-([^/]+)$/i, '$1$2')]) {
      const found = finder.find(spelled, file)
      if (typeof found !== 'string') return found
      last = found
    }
    // The likeliest name is what a person is told of.
    why ??= last
  }
  return why ?? say('it names no image')
}

function sizeOf(results: readonly JsonObject[]): Size | null {
  for (const { original_width: width, original_height: height } of results)
    if (typeof width === 'number' && typeof height === 'number') return { width, height }
  return null
}

function objectsOf(result: JsonObject, index: number, size: Size, tell: Telling): SaidObject[] {
  const label = say('region {{index}}', { index: String(index + 1) })
  return objectFrom(label, tell, () => {
    const type = String(result['type'])
    const value = isObject(result['value']) ? result['value'] : {}
    const turned = result['image_rotation']
    if (typeof turned === 'number' && turned % 360 !== 0)
      return leftOut(say('it was drawn while the image was turned by {{turned}} degrees', { turned: String(turned) }))
    const shape = shapeOf(type, value, size)
    if (typeof shape === 'string') return shape
    const names = listIn(value[type === 'choices' ? 'choices' : type] ?? value['labels']).filter((name) => typeof name === 'string')
    if (names.length > 1) tell(`${label}: ${say('it has several classes: the first is taken')}`)
    const meta = isObject(result['meta']) ? result['meta']['text'] : undefined
    const note = (typeof meta === 'string' ? [meta] : listIn(meta)).join('\n')
    return { className: names[0] ?? '', shape, ...(note === '' ? {} : { note }) }
  })
}

const NO_NUMBERS = leftOut(say('its coordinates are no numbers'))

function shapeOf(type: string, value: JsonObject, size: Size): Shape | string {
  const [sx, sy] = [size.width / 100, size.height / 100]
  const numbers = numbersIn([value['x'], value['y']])
  const [x = 0, y = 0] = numbers ?? []
  const rotation = typeof value['rotation'] === 'number' ? value['rotation'] : 0
  switch (type.replace(/labels$/, '')) {
    case 'rectangle': {
      const sides = numbersIn([value['width'], value['height']])
      if (numbers === null || sides === null) return NO_NUMBERS
      const corner = { x: x * sx, y: y * sy }
      return turnedBox({ ...corner, width: sides[0]! * sx, height: sides[1]! * sy }, corner, rotation)
    }
    case 'polygon': {
      const corners = listIn(value['points']).map(numbersIn)
      const ring = corners.includes(null) ? NO_NUMBERS : ringFrom(corners.map((corner) => [corner![0]! * sx, corner![1]! * sy]))
      return typeof ring === 'string' ? ring : { type: 'polygon', rings: [ring] }
    }
    case 'ellipse': {
      const radii = numbersIn([value['radiusX'], value['radiusY']])
      if (numbers === null || radii === null) return NO_NUMBERS
      return ellipseOf({ x: x * sx, y: y * sy }, [radii[0]! * sx, radii[1]! * sy], rotation)
    }
    case 'keypoint':
      return numbers === null ? NO_NUMBERS : { type: 'point', x: x * sx, y: y * sy }
    case 'brush': {
      const bytes = value['format'] === 'rle' ? numbersIn(value['rle']) : null
      return bytes === null
        ? leftOut(say('its brush has no run lengths'))
        : (maskOfBrush(bytes, size) ?? leftOut(say('its run lengths hold no pixel')))
    }
    case 'choices':
      return { type: 'image' }
    default:
      return leftOut(say('a {{type}} is neither an area nor a point', { type }))
  }
}
