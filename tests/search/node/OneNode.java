// In this file a real OpenSearch of one node is started for the tests; it ends with its standard input.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

public final class OneNode extends Node {
    private OneNode(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "tests"),
            List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class),
            true
        );
    }

    public static void main(String[] given) throws Exception {
        Path home = Path.of(given[0]);
        Settings settings = Settings.builder()
            .put("path.home", home)
            .put("cluster.name", "jianbao-tests")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", given[1])
            .put("transport.port", "0")
            .put("node.processors", 1)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        try (OneNode node = new OneNode(settings)) {
            node.start();
            HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
            int port = http.boundAddress().publishAddress().getPort();
            // Renamed when it is written, for whoever waits reads it at once.
            Files.writeString(home.resolve("port.new"), Integer.toString(port));
            Files.move(home.resolve("port.new"), home.resolve("port"));
            while (System.in.read() >= 0) { }
        }
    }
}
