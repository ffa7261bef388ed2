import {
  type HighlightQuestion,
  answerHighlight,
} from '../../../../src-renderer/components/markdown/highlighter.ts'

/** Does what the worker does that colours code, without a thread. */
export class InProcessWorker extends EventTarget {
  postMessage(question: HighlightQuestion): void {
    void answerHighlight(structuredClone(question)).then((data) => {
      if (data) this.dispatchEvent(new MessageEvent('message', { data: structuredClone(data) }))
    })
  }
}
