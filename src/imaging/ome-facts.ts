import { isoDate } from './slides/slide-facts.ts'

/** What an OME-XML says of the microscope; null where it says none. */
export interface OmeFacts {
  readonly objective: number | null
  /** ISO 8601. */
  readonly scannedAt: string | null
}

/**
 * What an OME-XML (OME model 2016-06) says of the microscope: the NominalMagnification of the objective that the first image was taken with, or of
 * the only one, and that image's AcquisitionDate. The text may end anywhere behind these: objectives stand before the images.
 */
export function omeFacts(xml: string): OmeFacts {
  const objectives = [...xml.matchAll(/<(?:\w+:)?Objective\s([^>]*)>/g)].map(([, attributes = '']) => ({
    id: attribute(attributes, 'ID'),
    power: Number(attribute(attributes, 'NominalMagnification') ?? Number.NaN),
  }))
  const first = firstImage(xml)
  const used = /<(?:\w+:)?ObjectiveSettings\s([^>]*)>/.exec(first)?.[1]
  const id = used === undefined ? null : attribute(used, 'ID')
  const objective = objectives.find((one) => one.id === id) ?? (objectives.length === 1 ? objectives[0] : undefined)
  const date = /<(?:\w+:)?AcquisitionDate>\s*([^<]{1,40})</.exec(first)?.[1]
  return {
    objective: objective !== undefined && objective.power > 0 && Number.isFinite(objective.power) ? objective.power : null,
    scannedAt: date === undefined ? null : isoDate(date, 'month'),
  }
}

/** From the beginning of the first image to its end: what later ones say is not of this one. */
function firstImage(xml: string): string {
  const from = xml.search(/<(?:\w+:)?Image[\s>]/)
  if (from < 0) return ''
  const rest = xml.slice(from)
  const end = rest.search(/<\/(?:\w+:)?Image>/)
  return end < 0 ? rest : rest.slice(0, end)
}

const attribute = (attributes: string, name: string): string | null =>
  new RegExp(`(?:^|\\s)${name}="([^"]{1,80})"`).exec(attributes)?.[1] ?? null
