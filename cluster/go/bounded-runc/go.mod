module flashcard-otel.dev/cluster/bounded-runc

go 1.26.0
