/** What “Try it on a sample” writes: four rows that rules mend, and two that only a model can judge. */
export const sampleName = 'self-play-sample.jsonl';

const rows = [
  {
    prompt: 'Explain in two or three sentences why bread rises. Do not use any commas in your response.',
    response:
      'Yeast eats the sugar in the flour, breathes out gas, and the gas is caught in the dough. As it warms, the bubbles grow and the loaf swells.',
  },
  {
    prompt:
      'Describe a harbour at dawn in three sentences. Your entire response should be in English and in all lowercase letters.',
    response:
      'The first boats come in while the lamps still burn. Gulls argue over the empty crates. By the time the sun is up, the quay smells of salt and coffee.',
  },
  {
    prompt:
      'Give me four tips for a first bicycle tour. Wrap your entire response with double quotation marks.',
    response:
      'Start with short days. Eat before you are hungry. Carry a spare tube and know how to fit it. Stop while you still enjoy it.',
  },
  {
    prompt:
      'Write a short note that thanks a neighbour for watering the plants. Finish it with this exact phrase: Come round for cake. No other words should follow this phrase.',
    response:
      'Dear Anke, the tomatoes have never looked better. Thank you for keeping them alive while we were away.',
  },
  {
    prompt:
      'Name three inventions that changed how people cook. Your answer must contain exactly 3 bullet points in Markdown, such as: * This is a point.',
    response: '* The oven with a thermostat\n* The refrigerator\n* The pressure cooker',
  },
  {
    prompt: 'Tell a story about a lost glove that makes the reader smile. Do not use the word "hand".',
    response:
      'Gunter the glove fell off the tram at the market and was taken for a hat by a very small dog. He has been to two weddings since.',
  },
] as const;

export function sampleText(): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
