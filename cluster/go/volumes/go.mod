module flashcard-otel.dev/cluster/volumes

go 1.26.0
