{{- /* An image, from `registry` where one is set, whatever host it names. Takes registry, image. */ -}}
{{- define "operator.reference" -}}
{{- if .registry -}}
{{- printf "%s/%s" (trimSuffix "/" .registry) (regexReplaceAll "^[^/]*[.:][^/]*/" .image "") -}}
{{- else -}}
{{- .image -}}
{{- end -}}
{{- end -}}

{{- define "operator.image" -}}
{{- if not (or .Values.images.operator .Values.registry) -}}
{{- fail "images.operator is empty: `npm run images -- --push REGISTRY` publishes the image and prints the value to set" -}}
{{- end -}}
{{- $image := .Values.images.operator | default (printf "flashcard-otel/operator:%s" .Chart.AppVersion) -}}
{{- include "operator.reference" (dict "registry" .Values.registry "image" $image) -}}
{{- end -}}

{{- define "operator.labels" -}}
app.kubernetes.io/name: flashcard-otel
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "operator.selector" -}}
app.kubernetes.io/name: flashcard-otel
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "operator.webhookName" -}}
{{ .Release.Name }}-webhook
{{- end -}}

{{- define "operator.env" -}}
- { name: OPERATOR_IMAGE, value: {{ include "operator.image" . | quote }} }
- { name: COLLECTOR_IMAGE, value: {{ include "operator.reference" (dict "registry" .Values.registry "image" .Values.images.collector) | quote }} }
- { name: JAEGER_IMAGE, value: {{ include "operator.reference" (dict "registry" .Values.registry "image" .Values.images.jaeger) | quote }} }
- { name: PROMETHEUS_IMAGE, value: {{ include "operator.reference" (dict "registry" .Values.registry "image" .Values.images.prometheus) | quote }} }
- { name: K6_IMAGE, value: {{ include "operator.reference" (dict "registry" .Values.registry "image" .Values.images.k6) | quote }} }
- { name: WATCH_NAMESPACES, value: {{ join "," .Values.namespaces | quote }} }
- { name: WEBHOOK_SERVICE, value: {{ include "operator.webhookName" . }} }
- { name: WEBHOOK_CONFIGURATION, value: {{ include "operator.webhookName" . }} }
- { name: WEBHOOK_SECRET, value: {{ include "operator.webhookName" . }} }
- { name: WEBHOOK_CERTIFICATE, value: {{ ternary "given" "own" .Values.webhook.certManager.enabled }} }
- { name: METRICS_SERVICE, value: {{ .Release.Name }}-controller }
- { name: LEASE_NAME, value: {{ .Release.Name }} }
- { name: UNINSTALL_SECONDS, value: {{ .Values.uninstall.timeoutSeconds | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logLevel }} }
- { name: TRIAL_PRIORITY_CLASS, value: {{ .Release.Name }}-trial }
- { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- { name: POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
{{- end -}}

{{- /* Where its pods may run, and what they may pull. */ -}}
{{- define "operator.pod" -}}
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "operator.security" -}}
runAsNonRoot: true
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "operator.process" -}}
image: {{ include "operator.image" .root | quote }}
imagePullPolicy: {{ .root.Values.imagePullPolicy }}
command: [node, --disable-proto=throw, /app/operator.js, --role={{ .component }}]
env: {{- include "operator.env" .root | nindent 2 }}
securityContext: {{- include "operator.security" .root | nindent 2 }}
{{- end -}}

{{- define "operator.container" -}}
{{ include "operator.process" . }}
livenessProbe: { httpGet: { path: /healthz, port: 8081 }, periodSeconds: 10, failureThreshold: 6 }
readinessProbe: { httpGet: { path: /readyz, port: 8081 }, periodSeconds: 2 }
{{- end -}}
