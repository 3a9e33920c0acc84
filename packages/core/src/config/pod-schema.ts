import * as z from 'zod';
import { isNamespace, isPodName, podPathProblem } from '../pods/pod-address.js';

const text = z
  .string()
  .min(1, { error: 'must not be empty' })
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), {
    error: 'must have no control characters',
  });

const label = z.string().refine(isNamespace, {
  error: 'must be letters a to z, digits and "-", at most 63 of them, and neither begin nor end with "-"',
});

const podName = z.string().refine(isPodName, {
  error: 'must be letters a to z, digits, "-" and ".", and begin and end with a letter or digit',
});

/** The keys of which one says whose pods are meant. */
export const OWNER_KEYS = ['deployment', 'statefulSet', 'selector', 'pod'] as const;

/** The keys that say which pods they are, and how to get there. */
export const POD_KEYS = {
  type: z.literal('kubernetes'),
  namespace: label
    .optional()
    .describe("The namespace; without it the context's, as with kubectl, and default where it has none."),
  deployment: podName.optional().describe('The pods of this Deployment.'),
  statefulSet: podName.optional().describe('The pods of this StatefulSet.'),
  selector: text
    .optional()
    .describe('The pods with these labels, as kubectl takes them: app=web,tier!=test.'),
  pod: podName.optional().describe('This pod.'),
  container: label
    .optional()
    .describe('The container; may be left out where a pod has one, or names its default in an annotation.'),
  pods: z
    .enum(['first-ready', 'each'])
    .optional()
    .describe(
      'Which of several pods: the oldest that is ready (first-ready, unless told otherwise), or each that is, as a source of its own that is called after it.',
    ),
  path: z
    .string()
    .check((context) => {
      const problem = podPathProblem(context.value);
      if (problem !== null)
        context.issues.push({
          code: 'custom',
          message: problem,
          input: context.value,
          params: { hint: PATH_HINT },
        });
    })
    .optional()
    .describe(
      "Claude Code's projects folder in the container, absolute or from the container's home (~/.claude/projects, unless told otherwise).",
    ),
  kubeconfig: text
    .optional()
    .describe(
      'The kubeconfig; without it KUBECONFIG, ~/.kube/config, or the service account of the pod that this runs in.',
    ),
  compress: z
    .enum(['auto', 'on', 'off'])
    .optional()
    .describe(
      'Whether what is read is compressed in the pod, which takes gzip there: where it makes the transfer faster (auto, unless told otherwise), always, or never.',
    ),
  context: text.optional().describe('One of its contexts; without it its current one.'),
};

const PATH_HINT = "write it from the container's root, or as ~/.claude/projects";
