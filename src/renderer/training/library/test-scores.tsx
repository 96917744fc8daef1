import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { shownInterval } from '../../count/evaluation-report.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { type MeasuredThere, type TestFigure, testFigureTitle } from '#shared/test-measure.ts'
import { useApp } from '../../app/context.ts'
import { FewDrawn } from '../../app/few-drawn.tsx'
import { shownMoment } from '../../app/moments.ts'

/** What a model scored on test images, the last time that was asked, here and where it comes from. `asked` grows with each new evaluation. */
export function TestScores({ modelId, asked }: { readonly modelId: ModelId; readonly asked: number }) {
  const { stores } = useApp()
  const [tests, setTests] = useState<readonly MeasuredThere[] | null>(null)
  useEffect(() => {
    let wanted = true
    stores.clients.work.modelTests({ modelId }).then(
      (found) => {
        if (wanted) setTests(found.filter(({ measure }) => measure.figures.length > 0))
      },
      // The card can do without.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [stores, modelId, asked])
  if (tests === null) return null
  if (tests.length === 0) return t('no figures are known; its scores on test images below are kept here')
  return tests.map((test, at) => <Measure key={at} test={test} />)
}

function Measure({ test: { project, measure } }: { readonly test: MeasuredThere }) {
  const { images: count, at, who, figures, score, drawn } = measure
  const moment = shownMoment(at, Date.now())
  return (
    <>
      {project !== '' && t('{{count}} images of the project {{project}}, {{moment}}', { count, project, moment })}
      {project === '' && who === '' && t('{{count}} images, {{moment}}', { count, moment })}
      {project === '' && who !== '' && t('{{count}} images, {{moment}} by {{who}}', { count, moment, who })}
      <Text size="sm" component="span" display="block" title={t('95 % interval')}>
        {figures.map(figureText).join('; ')}
        {score !== null && ` (${t('objects from a score of {{score}}', { score: shownDecimals(score, 2) })})`}
      </Text>
      <FewDrawn drawn={[drawn]} />
    </>
  )
}

function figureText(figure: TestFigure): string {
  const { value, lower, upper } = figure
  const interval = lower === null || upper === null ? '' : ` (${shownInterval({ lower, upper })})`
  return `${testFigureTitle(figure)} ${shownDecimals(value, 3)}${interval}`
}
