import { promptTokensOf, replyTokensOf } from './answer';
import type { Fault, SimulatedCall, SimulatorOptions } from './protocol';

/** The refusal that the simulator's options make of a request; undefined where it is served. */
export function refusalOf(call: SimulatedCall, options: SimulatorOptions): Fault | undefined {
  return wrongKey(call, options) ?? (call.method === 'GET' ? undefined : wrongChat(call, options));
}

function wrongKey(call: SimulatedCall, { apiKey }: SimulatorOptions): Fault | undefined {
  const sent = call.headers.authorization;
  if (apiKey === undefined || sent === `Bearer ${apiKey}`) return undefined;
  const message = `Incorrect API key provided: ${sent ?? 'none'}. All headers: ${JSON.stringify(call.headers)}`;
  return { kind: 'status', status: 401, body: { error: { message, code: 'invalid_api_key' } } };
}

function wrongChat(call: SimulatedCall, options: SimulatorOptions): Fault | undefined {
  const { body } = call;
  const models = options.models ?? ['simulated'];
  if (!models.includes(String(body['model']))) {
    const message = `The model ${JSON.stringify(body['model'])} does not exist.`;
    return { kind: 'status', status: 404, body: { error: { message, code: 'model_not_found' } } };
  }
  const refused = options.refuses?.find((name) => body[name] !== undefined && body[name] !== false);
  if (refused !== undefined) return refusedParameter(refused, options.refusalStyle ?? 'openai');
  const total = promptTokensOf(body) + (replyTokensOf(body) ?? 0);
  if (options.contextTokens !== undefined && total > options.contextTokens) {
    const message = `This model's maximum context length is ${String(options.contextTokens)} tokens, ${String(total)} were asked for. Reduce the length of the messages.`;
    return {
      kind: 'status',
      status: 400,
      body: { error: { message, type: 'invalid_request_error', code: 'context_length_exceeded' } },
    };
  }
  return undefined;
}

function refusedParameter(name: string, style: 'openai' | 'fastapi' | 'words'): Fault {
  const error = { message: `Unknown parameter: '${name}'.`, type: 'invalid_request_error', param: name };
  switch (style) {
    case 'openai':
      return { kind: 'status', status: 400, body: { error: { ...error, code: 'unknown_parameter' } } };
    case 'fastapi': {
      const detail = [
        { type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted' },
      ];
      return { kind: 'status', status: 422, body: { detail } };
    }
    case 'words':
      return { kind: 'status', status: 400, body: `Unsupported argument: "${name}" must not be given.` };
  }
}
