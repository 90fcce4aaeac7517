package clients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"
)

// strict is a transport that fails the test when an answer and the library's schema differ: when a
// field of one is not in the other, or a null stands where the schema has none.
type strict struct{ t *testing.T }

func (s strict) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || answer.StatusCode == http.StatusNoContent {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	what := fmt.Sprintf("%s %s, %d", request.Method, request.URL.Path, answer.StatusCode)
	schema := schemaOf(request.Method, request.URL.Path, answer.StatusCode)
	if schema == nil {
		s.t.Errorf("%s: no schema is known for it", what)
		return answer, nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		s.t.Errorf("%s: not JSON: %v", what, err)
		return answer, nil
	}
	for _, difference := range compare(value, reflect.TypeOf(schema), "") {
		s.t.Errorf("%s: %s", what, difference)
	}
	return answer, nil
}

var moment = reflect.TypeOf(time.Time{})

// compare lists where a decoded answer differs from the Go type that it is for.
func compare(value any, schema reflect.Type, path string) (differences []string) {
	if schema.Kind() == reflect.Pointer {
		if value == nil {
			return nil
		}
		schema = schema.Elem()
	}
	if _, below, _ := strings.Cut(strings.TrimPrefix(path, "."), "."); value == nil && nullable[below] {
		return nil
	}
	switch schema.Kind() {
	case reflect.Struct:
		if schema == moment {
			if _, err := time.Parse(time.RFC3339, fmt.Sprint(value)); err != nil {
				return []string{path + " is no time: " + fmt.Sprint(value)}
			}
			return nil
		}
		object, isObject := value.(map[string]any)
		if !isObject {
			return []string{fmt.Sprintf("%s should be an object, not %v", path, value)}
		}
		return compareFields(object, schema, path)
	case reflect.Slice:
		if schema.Elem().Kind() == reflect.Uint8 { // raw JSON, of any form
			return nil
		}
		list, isList := value.([]any)
		if !isList {
			return []string{fmt.Sprintf("%s should be a list, not %v", path, value)}
		}
		for _, element := range list {
			differences = append(differences, compare(element, schema.Elem(), path+"[]")...)
		}
	case reflect.Map:
		if _, isObject := value.(map[string]any); !isObject {
			return []string{fmt.Sprintf("%s should be an object, not %v", path, value)}
		}
	case reflect.String:
		if _, isText := value.(string); !isText {
			return []string{fmt.Sprintf("%s should be a text, not %v", path, value)}
		}
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float32, reflect.Float64:
		if _, isNumber := value.(float64); !isNumber {
			return []string{fmt.Sprintf("%s should be a number, not %v", path, value)}
		}
	case reflect.Bool:
		if _, isBool := value.(bool); !isBool {
			return []string{fmt.Sprintf("%s should be true or false, not %v", path, value)}
		}
	}
	return differences
}

func compareFields(object map[string]any, schema reflect.Type, path string) (differences []string) {
	fields := fieldsOf(schema)
	for name, field := range fields {
		value, present := object[name]
		full := path + "." + name
		if present {
			differences = append(differences, compare(value, field.kind, full)...)
		} else if !field.optional && !neverSent[schema.Name()+"."+name] {
			differences = append(differences, full+" is missing")
		}
	}
	for name := range object {
		if _, known := fields[name]; !known && !unknownHere[schema.Name()+"."+name] {
			differences = append(differences, path+"."+name+" is not in the schema")
		}
	}
	sort.Strings(differences)
	return differences
}

type field struct {
	kind     reflect.Type
	optional bool
}

// fieldsOf reads a struct's JSON fields, those of embedded structs among them.
func fieldsOf(schema reflect.Type) map[string]field {
	fields := map[string]field{}
	for i := range schema.NumField() {
		f := schema.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			for inner, value := range fieldsOf(f.Type) {
				fields[inner] = value
			}
		} else if name != "" && name != "-" {
			fields[name] = field{f.Type, strings.Contains(rest, "omitempty")}
		}
	}
	return fields
}

func TestDifferencesFromTheSchemaAreNoticed(t *testing.T) {
	type inner struct {
		Port *int `json:"port"`
	}
	type outer struct {
		Name  string    `json:"name"`
		Since time.Time `json:"since"`
		List  []inner   `json:"list"`
	}
	for text, want := range map[string]string{
		`{"name": "x", "since": "2026-01-30T23:50:00+00:00", "list": [{"port": null}, {"port": 80}]}`: "[]",
		`{"name": null, "since": "", "list": [{}], "more": 1}`: "[.list[].port is missing " +
			".more is not in the schema .name should be a text, not <nil> .since is no time: ]",
	} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		equal(t, "what differs", fmt.Sprint(compare(value, reflect.TypeOf(outer{}), "")), want)
	}
}
