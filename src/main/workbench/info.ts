import type { ProjectInfo } from '#shared/records/info.ts'
import type { OpenProject } from './open-project.ts'
import { splitsOf } from './splitting.ts'

export function projectInfo(project: OpenProject): ProjectInfo {
  const { db } = project
  const images = db.images()
  const totals = db.totals()
  const counts = db.counts()
  const regions = db.regions()
  const total = (classId: string): number => counts.filter((c) => c.classId === classId).reduce((sum, c) => sum + c.annotations, 0)
  const classes = db.classes().map((c) => ({ name: c.name, color: c.color, annotations: total(c.id) }))
  return {
    project: project.folder,
    task: project.task,
    readOnly: project.readOnly,
    images: images.length,
    splits: splitsOf(images),
    annotations: classes.reduce((sum, c) => sum + c.annotations, 0),
    regions: {
      all: regions.length,
      fullyLabelled: regions.filter(({ fullyLabelled }) => fullyLabelled).length,
      images: new Set(regions.map(({ imageId }) => imageId)).size,
    },
    predictions: totals.predictions,
    decisions: totals.decisions,
    models: db.models().map(({ id, name, preset, epochs, best, createdAt }) => ({ id, name, preset, epochs, best, createdAt })),
    classes,
  }
}
