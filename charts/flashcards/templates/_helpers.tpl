{{- define "flashcards.labels" -}}
app.kubernetes.io/part-of: flashcards
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{ include "flashcards.selector" . }}
{{- end }}

{{- define "flashcards.selector" -}}
app.kubernetes.io/name: {{ .name }}
{{- end }}

{{- define "flashcards.podSecurity" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "flashcards.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "flashcards.llmBaseUrl" -}}
{{ .Values.gateway.llmBaseUrl | default "http://mock-llm:8080/v1" }}
{{- end }}

{{/* The pods of a Node service, whatever makes them. Takes root, name, env and, where it keeps something, volumes and mounts. */}}
{{- define "flashcards.nodeTemplate" -}}
{{- $values := .root.Values -}}
metadata:
  labels: {{- include "flashcards.labels" . | nindent 4 }}
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: "9464"
    prometheus.io/path: /metrics
spec:
  {{- include "flashcards.podSecurity" . | nindent 2 }}
  # preStop and drain, then what is still being worked on: a call to the model may take a minute and a half.
  terminationGracePeriodSeconds: 120
  containers:
    - name: app
      image: {{ $values.images.pipeline | quote }}
      imagePullPolicy: {{ $values.imagePullPolicy }}
      command: [node, /app/pipeline/{{ .name }}/main.ts]
      ports:
        - { name: http, containerPort: 8080 }
        - { name: metrics, containerPort: 9464 }
      env:
        - { name: PORT, value: "8080" }
        - { name: METRICS_PORT, value: "9464" }
        - { name: LOG_LEVEL, value: {{ $values.logLevel | quote }} }
        - { name: DRAIN_MS, value: {{ $values.drainMs | int | quote }} }
        - { name: LEGACY_MONITORING, value: {{ ternary "on" "off" $values.legacy.monitoring | quote }} }
        {{- with .env }}
        {{- . | nindent 8 }}
        {{- end }}
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 1
        failureThreshold: 90
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 2
        failureThreshold: 2
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      lifecycle:
        # New connections stop coming only after the endpoint is gone everywhere.
        preStop: { sleep: { seconds: 2 } }
      resources: {{- toYaml $values.resources.node | nindent 8 }}
      {{- include "flashcards.containerSecurity" . | nindent 6 }}
      {{- with .mounts }}
      volumeMounts: {{- . | nindent 8 }}
      {{- end }}
  {{- with .volumes }}
  volumes: {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* A Node service: Deployment, Service and, where there are several pods, a disruption budget. Takes root, name, replicas, env. */}}
{{- define "flashcards.node" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels: {{- include "flashcards.labels" . | nindent 4 }}
spec:
  replicas: {{ .replicas }}
  revisionHistoryLimit: 10
  progressDeadlineSeconds: 300
  selector:
    matchLabels: {{- include "flashcards.selector" . | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  template:
    {{- include "flashcards.nodeTemplate" . | nindent 4 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "flashcards.labels" . | nindent 4 }}
spec:
  selector: {{- include "flashcards.selector" . | nindent 4 }}
  ports:
    - { name: http, port: 8080, targetPort: http }
{{- if gt (int .replicas) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels: {{- include "flashcards.labels" . | nindent 4 }}
spec:
  minAvailable: 1
  selector:
    matchLabels: {{- include "flashcards.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "flashcards.databaseEnv" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: flashcards-database, key: url } }
{{- end }}
