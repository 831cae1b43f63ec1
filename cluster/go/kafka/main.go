// Command kafka is one broker that speaks Kafka's protocol and keeps everything in memory: what tests of the second tier need of a Kafka.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	port := flag.Int("port", 9092, "port on loopback")
	partitions := flag.Int("partitions", 4, "of each topic")
	topics := flag.String("topics", "", "names, separated by commas")
	flag.Parse()
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.Ports(*port),
		kfake.SeedTopics(int32(*partitions), strings.Split(*topics, ",")...),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer cluster.Close()
	fmt.Println("ready")
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	<-ended
}
