import { Button, Group, Slider, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useApp, useWritable } from '../app/context.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { isOpen } from './queue.ts'
import { decideMany } from './review-actions.ts'
import { askedItems } from './review-store.ts'
import { useReview } from './use-review.ts'

/** Many at once: what the model is sure of, in all images that are looked at. */
export function Bulk() {
  const app = useApp()
  const writable = useWritable()
  const [score, setScore] = useState(0.9)
  const { items, asked, answers, finished } = useReview((state) => state)
  const open = useMemo(
    () => askedItems({ items, asked }).filter((item) => isOpen(item, { answers, finished })),
    [items, asked, answers, finished],
  )
  const above = useMemo(() => open.filter((one) => one.score >= score), [open, score])
  const below = useMemo(() => open.filter((one) => one.score < score), [open, score])
  return (
    <PanelSection title="All at once">
      <Text size="xs">In all images of the queue, score {score.toFixed(2)}</Text>
      <Slider size="sm" label={null} min={0} max={1} step={0.01} value={score} thumbLabel="Score for all at once" onChange={setScore} />
      <Group gap="xs" grow mt={8}>
        <Button
          variant="default"
          disabled={!writable || above.length === 0}
          aria-label={`Accept ${String(above.length)} from this score`}
          onClick={() => void decideMany(app, 'accept', above)}
        >
          Accept {above.length.toLocaleString()}
        </Button>
        <Button
          variant="default"
          disabled={!writable || below.length === 0}
          aria-label={`Reject ${String(below.length)} below this score`}
          onClick={() => void decideMany(app, 'reject', below)}
        >
          Reject {below.length.toLocaleString()}
        </Button>
      </Group>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        Accepts from the score up, rejects below it. One undo takes all of it back.
      </Text>
    </PanelSection>
  )
}
