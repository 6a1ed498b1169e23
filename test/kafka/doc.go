// Package kafka tests the samples for more than one machine, config/kafka-*.yaml: agents that write to a real Apache Kafka, and
// gateways that upload. `make test-kafka` fetches the broker, which needs Java and Maven, and runs them. They need Linux.
package kafka
