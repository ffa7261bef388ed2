import { answerHighlight, type HighlightQuestion } from './highlighter.ts'

// Runs on a thread of its own, since the rules of a language take longer to make ready than a frame.
self.addEventListener('message', ({ data }: MessageEvent<HighlightQuestion>) => {
  void answerHighlight(data).then((answer) => {
    if (answer) self.postMessage(answer)
  })
})
